import type { Format } from '../src/audio/formats.ts'
import type { DonePayload, ErrorPayload, HostWord, PassagePayload } from '../src/protocol.ts'
import type { HostProcess, ReceivedFrame } from './host-process.ts'

/** A passage to say; what is left out is plain. */
export type Line = { text: string; speed?: number; leadMs?: number }

/** What to have spoken. */
export type Order = { voice: string; format: Format; lines: Line[]; words?: boolean }

/** Everything a job answered, in the order it came. */
export type Spoken = {
  job: number
  audio: { passage: number; samples: number; bytes: Buffer }[]
  bytes: Buffer
  passages: PassagePayload[]
  /** One list for each `words` frame. */
  words: HostWord[][]
  done: DonePayload
}

/** Has a job spoken to its end; rejects with the error's code and message if it ends in one. */
export async function speak(host: HostProcess, order: Order): Promise<Spoken> {
  const job = startJob(host, order)
  return host.until((frames) => outcome(frames, job))
}

/** Has a job refused, and answers the error. */
export async function refusal(host: HostProcess, order: Order): Promise<ErrorPayload> {
  const job = startJob(host, order)
  return host.until(
    (frames) => frames.filter((frame) => frame.type === 'error').find((frame) => frame.job === job)?.error,
  )
}

/** Sends a whole job. Answers its number. */
export function startJob(host: HostProcess, { voice, format, lines, words = true }: Order): number {
  const job = host.newJob()
  const { codec, sampleRate, bitrateKbps } = format
  host.send({
    cmd: 'open',
    job,
    voice,
    codec,
    sample_rate: sampleRate,
    ...(bitrateKbps === undefined ? {} : { bitrate_kbps: bitrateKbps }),
    words,
  })
  for (const [passage, { text, speed = 1, leadMs = 0 }] of lines.entries()) {
    host.send({ cmd: 'say', job, passage, text, speed, lead_ms: leadMs })
  }
  host.send({ cmd: 'finish', job })
  return job
}

/** What a job answered, once it is done; undefined before. */
export function outcome(frames: readonly ReceivedFrame[], job: number): Spoken | undefined {
  const own = frames.filter((frame) => frame.job === job)
  const last = own.at(-1)
  if (last?.type === 'error') throw new Error(`${last.error.code}: ${last.error.message}`)
  if (last?.type !== 'done') return undefined
  const audio = own.filter((frame) => frame.type === 'audio')
  return {
    job,
    audio,
    bytes: Buffer.concat(audio.map(({ bytes }) => bytes)),
    passages: own.filter((frame) => frame.type === 'passage').map(({ passage }) => passage),
    words: own.filter((frame) => frame.type === 'words').map(({ words }) => words.words),
    done: last.done,
  }
}
