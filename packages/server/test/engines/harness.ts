import type { TestContext } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEngineHosts, type EngineHostsParts } from '../../src/adapters/engine-hosts.ts'
import { Failure } from '../../src/failure.ts'
import type { Engine, EngineEvent, JobSettings, Passage } from '../../src/speech/engine.ts'
import { ManualClock } from './manual-clock.ts'

/** Command of the tone engine. */
export const TONE = [process.execPath, fileURLToPath(new URL('tone.ts', import.meta.url))]
/** Command of a host that breaks the protocol in the named way. */
export const rogue = (wrong: string): string[] => [
  process.execPath,
  fileURLToPath(new URL('rogue.ts', import.meta.url)),
  wrong,
]

/** An engine of child processes under a clock that stands still; ended after the test. */
export function openHosts(t: TestContext, parts: Partial<EngineHostsParts> = {}) {
  const clock = new ManualClock()
  const logged: string[] = []
  const note = (fields: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log = { info: note, warn: note, error: note }
  const engine = createEngineHosts({ command: TONE, hosts: 1, clock, log, ...parts })
  t.after(async () => {
    const closed = engine.close()
    clock.advance(60_000)
    await closed
  })
  return { engine, clock, logged }
}

/** Settings of a job that gets the samples of the tone engine as they are. */
export const settings = (accountId = 'account', more: Partial<JobSettings> = {}): JobSettings => ({
  accountId,
  caller: {},
  voice: 'tone-a',
  encoding: { codec: 'pcm_s16le', sampleRate: 24_000 },
  wordTimes: false,
  ...more,
})

/** A source of passages that knows how many were pulled and whether it was left. */
export class Source implements AsyncIterableIterator<Passage> {
  pulled = 0
  isLeft = false
  readonly #texts: string[]
  readonly #endless: boolean

  /** With `endless`, the source waits for ever once its texts are used up. */
  constructor(texts: string[], endless = false) {
    this.#texts = [...texts]
    this.#endless = endless
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Passage, undefined>> {
    const text = this.#texts.shift()
    if (text === undefined && this.#endless) return new Promise(() => {})
    if (text === undefined) return Promise.resolve({ done: true, value: undefined })
    this.pulled += 1
    return Promise.resolve({ done: false, value: { text, speed: 1, leadMs: 0 } })
  }

  return(): Promise<IteratorResult<Passage, undefined>> {
    this.isLeft = true
    return Promise.resolve({ done: true, value: undefined })
  }
}

/** A job's iterator. */
export function begin(
  engine: Engine,
  source: AsyncIterable<Passage>,
  {
    job = settings(),
    signal = new AbortController().signal,
  }: { job?: JobSettings; signal?: AbortSignal } = {},
): Required<Pick<AsyncIterator<EngineEvent>, 'next' | 'return'>> {
  const iterator = engine.speak(source, job, signal)[Symbol.asyncIterator]()
  return {
    next: () => iterator.next(),
    return: () => iterator.return?.() ?? Promise.reject(new Error('no return')),
  }
}

/** Everything a job answers. */
export async function speakAll(engine: Engine, texts: string[], job = settings()): Promise<EngineEvent[]> {
  const events: EngineEvent[] = []
  for await (const event of engine.speak(new Source(texts), job, new AbortController().signal))
    events.push(event)
  return events
}

/** The 16-bit samples of a job's audio. */
export function samplesIn(events: EngineEvent[]): Int16Array {
  const bytes = Buffer.concat(events.map((event) => (event.type === 'audio' ? event.bytes : Buffer.alloc(0))))
  return Int16Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at))
}

/** For `assert.rejects`: whether the error is this failure. */
export const isFailure =
  (code: Failure['code']) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code

/** Waits until another process has got somewhere. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4_000; tries += 1) {
    if (isSo()) return
    await pass(5)
  }
  throw new Error(`never so: ${isSo}`)
}

/** Waits until every host is ready; answers the process ids. */
export async function ready(engine: Engine, hosts = 1): Promise<number[]> {
  await until(() => engine.health().hosts.filter((host) => host.ready).length === hosts)
  return engine.health().hosts.map((host) => host.pid)
}

/** Whether nothing is held any more. */
export const isIdle = (engine: Engine): boolean => {
  const { hosts, jobsWaiting } = engine.health()
  return jobsWaiting === 0 && hosts.every((host) => host.jobs === 0)
}
