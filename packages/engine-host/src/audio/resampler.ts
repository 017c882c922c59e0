import type SpeexResampler from '@echogarden/speex-resampler-wasm/simd'
import { joinSamples } from './join-samples.ts'

/** Brings samples of one stream from one rate to another, without delay. */
export type Resampler = {
  /** Takes samples in order; gives what can be known of the answer so far. */
  push(samples: Int16Array): Int16Array
  /** The rest. All together is `round(samples · outRate / inRate)` long. */
  finish(): Int16Array
  /** Gives memory back. Called once on every path. */
  free(): void
}

/** A resampler from `inRate` to `outRate` (Hz); loads its code when first needed. */
export async function openResampler(inRate: number, outRate: number): Promise<Resampler> {
  if (inRate === outRate)
    return { push: (samples) => samples, finish: () => new Int16Array(0), free: () => {} }
  loading ??= import('@echogarden/speex-resampler-wasm/simd').then((module) => module.default())
  return speexResampler(await loading, inRate, outRate)
}

/**
 * Speex quality, 0 to 10. Stop band −93 dB, and about twice the speed of 7, which costs as much as synthesising
 * speech; above 3 nothing of speech at 22,050 Hz is lost.
 */
const QUALITY = 4
/** Samples handed over at a time; bounds the buffers. */
const BLOCK_SAMPLES = 4_096

type Speex = Awaited<ReturnType<typeof SpeexResampler>>
let loading: Promise<Speex> | undefined

function speexResampler(speex: Speex, inRate: number, outRate: number): Resampler {
  const outBlockSamples = Math.ceil((BLOCK_SAMPLES * outRate) / inRate) + 64
  const inAt = speex._malloc(BLOCK_SAMPLES * 2)
  const outAt = speex._malloc(outBlockSamples * 2)
  const countsAt = speex._malloc(8)
  const state = speex._speex_resampler_init(1, inRate, outRate, QUALITY, countsAt)
  // The filter's delay: this much of the answer's start is not audio but the filter filling up.
  speex._speex_resampler_skip_zeros(state)
  let taken = 0
  let given = 0

  const run = (block: Int16Array): Int16Array => {
    speex.HEAP16.set(block, inAt / 2)
    speex.HEAPU32[countsAt / 4] = block.length
    speex.HEAPU32[countsAt / 4 + 1] = outBlockSamples
    speex._speex_resampler_process_int(state, 0, inAt, countsAt, outAt, countsAt + 4)
    const count = speex.HEAPU32[countsAt / 4 + 1] ?? 0
    return speex.HEAP16.slice(outAt / 2, outAt / 2 + count)
  }

  return {
    push(samples) {
      const pieces: Int16Array[] = []
      for (let at = 0; at < samples.length; at += BLOCK_SAMPLES) {
        pieces.push(run(samples.subarray(at, at + BLOCK_SAMPLES)))
      }
      taken += samples.length
      const joined = joinSamples(pieces)
      given += joined.length
      return joined
    },
    finish() {
      const missing = Math.round((taken * outRate) / inRate) - given
      const latency = speex._speex_resampler_get_input_latency(state)
      const silence = new Int16Array(latency + Math.ceil(inRate / outRate) + 1)
      const tail = run(silence).slice(0, Math.max(0, missing))
      given += tail.length
      return tail
    },
    free() {
      speex._speex_resampler_destroy(state)
      for (const pointer of [inAt, outAt, countsAt]) speex._free(pointer)
    },
  }
}
