import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Hosts that do not keep to the protocol, one for each name in the first argument. */
const wrongs: Record<string, () => void> = {
  /** Bytes that are no frames. */
  garbage: () => writeSync(3, 'Hello, world! '.repeat(20)),
  /** Never says hello. */
  silent: () => {},
  /** Speaks a protocol of the future. */
  newer: () => send(0, 1, { ...HELLO, protocol: 99 }),
  /** Says why it cannot start. */
  unable: () => send(0, 7, { code: 'engine_failed', message: 'the data file is missing' }),
  /** Complains and ends. */
  complaining: () => {
    process.stderr.write('Error: no such library\n    at somewhere\n\nNode.js v0\n')
    process.exitCode = 1
    process.stdin.destroy()
  },
  /** Claims a frame of four gigabytes. */
  huge: () => writeSync(3, head(0, 1, 0xffff_ffff)),
  /** Answers every passage with the end of another one. */
  confused: () => {
    begin()
    answer((job) => send(job, 5, { passage: 7, start_ms: 0, audio_ms: 0, gen_ms: 0 }))
  },
  /** Answers for a job that was never opened. */
  inventive: () => {
    begin()
    answer((job) => send(job + 1, 6, { samples: 0, audio_ms: 0 }))
  },
  /** Sends half a frame and stops. */
  breathless: () => {
    begin()
    answer((job) => writeSync(3, head(job, 3, 1_000)))
  },
}

const HELLO = {
  protocol: 1,
  engine: 'rogue',
  version: '1',
  backend: 'none',
  sample_rate: 24_000,
  codecs: ['pcm_s16le'],
  voices: [],
  default_voices: {},
}

process.stdin.resume()
wrongs[process.argv[2] ?? '']?.()

function begin(): void {
  send(0, 1, HELLO)
  send(0, 2, null)
}

function answer(say: (job: number) => void): void {
  createInterface(process.stdin).on('line', (line) => {
    const { cmd, job } = JSON.parse(line)
    if (cmd === 'say') say(job)
  })
}

function send(job: number, type: number, value: unknown): void {
  const payload = value === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(value))
  writeSync(3, Buffer.concat([head(job, type, payload.length), payload]))
}

function head(job: number, type: number, length: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes.writeUInt32LE(job, 0)
  bytes.writeUInt8(type, 4)
  bytes.writeUInt32LE(length, 5)
  return bytes
}
