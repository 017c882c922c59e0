import type { Measured } from '../recording.ts'

/** Linear PCM, IEEE float, A-law, µ-law; extensible ones name one of these. */
const CODINGS = new Set([1, 3, 6, 7])
const EXTENSIBLE = 0xfffe
const CHANNELS_MAX = 8
/** Programs write a handful; each is looked at. */
const CHUNKS_MAX = 1_000
const RATE_MIN = 4_000
const RATE_MAX = 384_000

type Layout = { bytesPerSecond: number }

/** WAV (RIFF): its length is what is there of its samples. Null for what is none. */
export function measureWav(bytes: Buffer): Measured | null {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') return null
  let layout: Layout | null = null
  for (let at = 12, chunks = 0; at + 8 <= bytes.length && chunks < CHUNKS_MAX; chunks++) {
    const kind = bytes.toString('latin1', at, at + 4)
    const claimed = bytes.readUInt32LE(at + 4)
    const start = at + 8
    const rest = bytes.length - start
    if (kind === 'fmt ') {
      layout = layoutOf(bytes.subarray(start, start + claimed))
      if (layout === null) return { flaw: 'is a WAV whose coding is not read here; send 16-bit PCM' }
    }
    if (kind === 'data') {
      if (layout === null) return { flaw: 'is a WAV that does not say how its samples are coded' }
      // Who streams a WAV does not know its length, and writes 0 or 0xFFFFFFFF.
      return { seconds: Math.min(claimed === 0 ? rest : claimed, rest) / layout.bytesPerSecond }
    }
    // Chunks begin at even places.
    at = start + claimed + (claimed % 2)
  }
  return { flaw: 'is a WAV without samples' }
}

function layoutOf(chunk: Buffer): Layout | null {
  if (chunk.length < 16) return null
  const named = chunk.readUInt16LE(0)
  const coding = named === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : named
  const channels = chunk.readUInt16LE(2)
  const rate = chunk.readUInt32LE(4)
  const bits = chunk.readUInt16LE(14)
  const isKnown = CODINGS.has(coding) && [8, 16, 24, 32, 64].includes(bits)
  const isSane = channels >= 1 && channels <= CHANNELS_MAX && rate >= RATE_MIN && rate <= RATE_MAX
  if (!isKnown || !isSane || chunk.readUInt16LE(12) !== (channels * bits) / 8) return null
  return { bytesPerSecond: (rate * channels * bits) / 8 }
}
