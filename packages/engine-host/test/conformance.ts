import { after, before, suite } from 'node:test'
import { cancels } from './conformance/cancelling.ts'
import { endsWithItsServer } from './conformance/ending.ts'
import { speaksEveryFormat } from './conformance/formats.ts'
import { greets } from './conformance/greeting.ts'
import { survivesHostileTexts } from './conformance/hostile-texts.ts'
import { refusesWhatIsWrong } from './conformance/refusals.ts'
import { bearsSlowReaders } from './conformance/slow-readers.ts'
import { keepsTime } from './conformance/timing.ts'
import { takesTurns } from './conformance/turns.ts'
import { tellsWords } from './conformance/words.ts'
import { HostProcess, type HostProgram } from './host-process.ts'

export { HostProcess, type HostProgram } from './host-process.ts'
export { speak } from './spoken.ts'

/** What the parts of the suite speak with. */
export type Subject = {
  /** The host that most tests share, ready. */
  host(): HostProcess
  /** Handle of its voice for English, or its first. */
  voice(): string
  /** Starts another one, and waits until it is ready. */
  start(): Promise<HostProcess>
}

/** Checks that a program is an engine host: every claim of the protocol, through real pipes. */
export function conformance(name: string, program: HostProgram): void {
  suite(`${name} is an engine host`, { timeout: SUITE_MS_MAX }, () => {
    let shared: HostProcess | undefined
    const host = () => {
      if (shared === undefined) throw new Error('the host did not start')
      return shared
    }
    const start = async () => {
      const started = new HostProcess(program)
      await started.until((frames) => frames.find(({ type }) => type === 'ready'))
      return started
    }
    before(async () => {
      shared = await start()
    })
    after(() => shared?.close())

    const subject: Subject = { host, voice: () => defaultVoice(host()), start }
    greets(subject)
    speaksEveryFormat(subject)
    keepsTime(subject)
    tellsWords(subject)
    takesTurns(subject)
    cancels(subject)
    refusesWhatIsWrong(subject)
    survivesHostileTexts(subject)
    bearsSlowReaders(subject)
    endsWithItsServer(subject)
  })
}

/** Far longer than it takes on a machine that is busy; a host that hangs must not hang its tests. */
const SUITE_MS_MAX = 480_000

function defaultVoice(host: HostProcess): string {
  const hello = host.frames.find((frame) => frame.type === 'hello')?.hello
  const voice = hello?.default_voices['en'] ?? hello?.voices[0]?.handle
  if (voice === undefined) throw new Error('the host offers no voice')
  return voice
}
