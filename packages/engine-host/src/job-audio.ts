import { type Encoder, openEncoder } from './audio/encoder.ts'
import type { Format } from './audio/formats.ts'
import { openResampler, type Resampler } from './audio/resampler.ts'
import { createChunker } from './chunker.ts'

/** The one stream of audio that a job's passages make. */
export type JobAudio = {
  /** Audio taken so far, in ms. */
  clockMs(): number
  /** Audio encoded so far, in samples at the job's rate. */
  encodedSamples(): number
  /** Appends samples at the engine's rate. */
  push(samples: Int16Array): void
  /** Appends silence. */
  pause(ms: number): void
  /** Emits what waits for a longer chunk, and starts again with short ones. */
  endPassage(): void
  /** Emits all that the resampler and the encoder held back. */
  finish(): void
  /** Gives memory back. Called once on every path. */
  free(): void
}

/** Takes encoded bytes and how many samples at the job's rate they stand for. */
export type EmitAudio = (samples: number, bytes: Uint8Array) => void

/** Opens a stream from the engine's rate (Hz) to the job's format. */
export async function openJobAudio(engineRate: number, format: Format, emit: EmitAudio): Promise<JobAudio> {
  const resampler = await openResampler(engineRate, format.sampleRate)
  try {
    return jobAudio(engineRate, resampler, await openEncoder(format), emit)
  } catch (error) {
    resampler.free()
    throw error
  }
}

/** Silence is made in pieces of this length, in ms. */
const SILENCE_PIECE_MS = 100

function jobAudio(engineRate: number, resampler: Resampler, encoder: Encoder, emit: EmitAudio): JobAudio {
  let taken = 0
  let encoded = 0
  /** Samples encoded whose bytes the encoder still holds. */
  let unsent = 0

  const emitBytes = (samples: number, bytes: Uint8Array) => {
    encoded += samples
    unsent += samples
    if (bytes.length === 0) return
    emit(unsent, bytes)
    unsent = 0
  }
  const chunker = createChunker(engineRate, (chunk) => {
    const resampled = resampler.push(chunk)
    emitBytes(resampled.length, encoder.encode(resampled))
  })
  const push = (samples: Int16Array) => {
    taken += samples.length
    chunker.push(samples)
  }

  return {
    clockMs: () => (taken * 1000) / engineRate,
    encodedSamples: () => encoded,
    push,
    pause(ms) {
      const piece = new Int16Array(Math.round((engineRate * SILENCE_PIECE_MS) / 1000))
      for (let left = Math.round((engineRate * ms) / 1000); left > 0; left -= piece.length) {
        push(piece.subarray(0, left))
      }
    },
    endPassage: () => chunker.flush(),
    finish() {
      chunker.flush()
      const tail = resampler.finish()
      emitBytes(tail.length, tail.length === 0 ? new Uint8Array(0) : encoder.encode(tail))
      emitBytes(0, encoder.finish())
    },
    free() {
      resampler.free()
      encoder.free()
    },
  }
}
