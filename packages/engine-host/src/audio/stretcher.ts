import type Sonic from '@echogarden/sonic-wasm'
import { joinSamples } from './join-samples.ts'

/** Makes speech faster or slower, and leaves its pitch alone. */
export type Stretcher = {
  /** Takes samples in order; gives what can be known of the answer so far. */
  push(samples: Int16Array): Int16Array
  /** The rest. All together is `round(samples / tempo)` long. */
  finish(): Int16Array
  /** Gives memory back. Called once on every path. */
  free(): void
}

/** A stretcher of samples at a rate (Hz). A tempo of 2 halves the time. Loads its code when first needed. */
export async function openStretcher(rate: number, tempo: number): Promise<Stretcher> {
  loading ??= import('@echogarden/sonic-wasm').then((module) => module.default())
  return sonicStretcher(await loading, rate, tempo)
}

/** Samples handed over at a time; bounds the buffer. */
const BLOCK_SAMPLES = 4_096

let loading: ReturnType<typeof Sonic> | undefined

function sonicStretcher(sonic: Awaited<ReturnType<typeof Sonic>>, rate: number, tempo: number): Stretcher {
  const blockAt = sonic._malloc(BLOCK_SAMPLES * 2)
  const stream = sonic._sonicCreateStream(rate, 1)
  sonic._sonicSetSpeed(stream, tempo)
  let taken = 0
  let given = 0

  const readAll = (): Int16Array[] => {
    const pieces: Int16Array[] = []
    for (;;) {
      const count = sonic._sonicReadShortFromStream(stream, blockAt, BLOCK_SAMPLES)
      if (count <= 0) return pieces
      pieces.push(sonic.HEAP16.slice(blockAt / 2, blockAt / 2 + count))
    }
  }
  const give = (pieces: readonly Int16Array[], samplesMax: number): Int16Array => {
    const joined = joinSamples(pieces).subarray(0, samplesMax)
    given += joined.length
    return joined
  }

  return {
    push(samples) {
      const pieces: Int16Array[] = []
      for (let at = 0; at < samples.length; at += BLOCK_SAMPLES) {
        const block = samples.subarray(at, at + BLOCK_SAMPLES)
        sonic.HEAP16.set(block, blockAt / 2)
        sonic._sonicWriteShortToStream(stream, blockAt, block.length)
        pieces.push(...readAll())
      }
      taken += samples.length
      return give(pieces, Number.POSITIVE_INFINITY)
    },
    finish() {
      sonic._sonicFlushStream(stream)
      const missing = Math.max(0, Math.round(taken / tempo) - given)
      // It works in whole periods of the voice: a few milliseconds may be missing at the end.
      return give([...readAll(), new Int16Array(missing)], missing)
    },
    free() {
      sonic._sonicDestroyStream(stream)
      sonic._free(blockAt)
    },
  }
}
