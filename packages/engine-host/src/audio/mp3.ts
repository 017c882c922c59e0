import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createEncoder } from 'wasm-media-encoders'
import type { Encoder } from './encoder.ts'

/** An MPEG layer III stream of constant bit rate (LAME); the rates are `formatProblem`'s. */
export async function openMp3Encoder(sampleRate: number, bitrateKbps: number | undefined): Promise<Encoder> {
  const lame = idle.pop() ?? (await createLame())
  lame.configure({
    channels: 1,
    sampleRate,
    outputSampleRate: known(OUTPUT_RATES, sampleRate),
    bitrate: known(BITRATES_KBPS, bitrateKbps),
  })
  return {
    // The answer belongs to the encoder until its next call, hence `slice`.
    encode: (samples) => (samples.length === 0 ? NOTHING : lame.encode([floatsOf(samples)]).slice()),
    finish: () => lame.finalize().slice(),
    free() {
      if (idle.length < IDLE_MAX) idle.push(lame)
    },
  }
}

/**
 * Encoders kept for the next job: each has a WebAssembly memory of its own that only the garbage collector gives back,
 * and a new one costs more than configuring an old one.
 */
const idle: Lame[] = []
const IDLE_MAX = 4
const NOTHING = new Uint8Array(0)

type Lame = Awaited<ReturnType<typeof createLame>>

async function createLame() {
  wasm ??= await readFile(fileURLToPath(import.meta.resolve('wasm-media-encoders/wasm/mp3')))
  return createEncoder('audio/mpeg', wasm)
}
let wasm: Uint8Array | undefined

function floatsOf(samples: Int16Array): Float32Array {
  const floats = new Float32Array(samples.length)
  for (let i = 0; i < samples.length; i++) floats[i] = (samples[i] ?? 0) / 32_768
  return floats
}

const OUTPUT_RATES = [22050, 24000, 44100] as const
const BITRATES_KBPS = [32, 40, 48, 64, 80, 96, 112, 128, 160, 192] as const

function known<T extends number>(values: readonly T[], value: number | undefined): T {
  const found = values.find((one) => one === value)
  if (found === undefined) throw new RangeError(`LAME does not take ${value}`)
  return found
}
