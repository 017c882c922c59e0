import { findEmbeddedEngine } from '../packages/server/src/adapters/embedded-engine.ts'
import { createEngineHosts } from '../packages/server/src/adapters/engine-hosts.ts'
import { systemClock } from '../packages/server/src/clock.ts'
import type { Engine, Passage } from '../packages/server/src/speech/engine.ts'
import { TextQueue } from '../packages/server/src/speech/text/text-queue.ts'

/** The engine's processes without a server: no HTTP, no key, no limits, no reading of the text beforehand. */
export async function startBareEngine(hosts: number) {
  const found = findEmbeddedEngine()
  if (!('command' in found)) throw new Error(found.missing)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const engine: Engine = createEngineHosts({ command: found.command, hosts, clock: systemClock, log })
  const voice = (await engine.offer()).default_voices['en'] ?? ''
  return { speak: speaker(engine, voice), stop: () => engine.close() }
}

/** Speaks a text over and over, so many at a time. */
const speaker = (engine: Engine, voice: string) => async (text: string, atATime: number, ms: number) => {
  const passages = await passagesOf(text)
  const startMs = performance.now()
  let samples = 0
  const speak = async (): Promise<void> => {
    while (performance.now() - startMs < ms) {
      const settings = {
        accountId: 'bench',
        caller: {},
        voice,
        encoding: { codec: 'pcm_s16le', sampleRate: 24_000 } as const,
        wordTimes: false,
      }
      for await (const event of engine.speak(each(passages), settings, new AbortController().signal))
        if (event.type === 'audio') samples += event.samples
    }
  }
  await Promise.all(Array.from({ length: atATime }, speak))
  return { samples, ms: performance.now() - startMs }
}

async function passagesOf(text: string): Promise<Passage[]> {
  const queue = new TextQueue({ language: 'en', normalize: true, dictionary: null })
  queue.push(text)
  queue.end()
  const passages: Passage[] = []
  for await (const { spoken, leadMs } of queue) passages.push({ text: spoken.text, speed: 1, leadMs })
  return passages
}

async function* each<Of>(all: readonly Of[]): AsyncGenerator<Of, void, undefined> {
  yield* all
}
