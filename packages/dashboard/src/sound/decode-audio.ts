import type { AudioFrame } from '@kugelaudio/contract'

/** The samples of a frame as 16-bit numbers. */
export function samplesOf({ audio, enc }: Pick<AudioFrame, 'audio' | 'enc'>): Int16Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(audio), (character) => character.charCodeAt(0))
  if (enc !== 'pcm_s16le') return Int16Array.from(bytes, enc === 'mulaw' ? linearOfMulaw : linearOfAlaw)
  const view = new DataView(bytes.buffer)
  return Int16Array.from({ length: bytes.length >> 1 }, (_, at) => view.getInt16(at * 2, true))
}

/** ITU-T G.711, µ-law. */
function linearOfMulaw(code: number): number {
  const inverted = ~code & 0xff
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4)) - 0x84
  return (inverted & 0x80) === 0 ? magnitude : -magnitude
}

/** ITU-T G.711, A-law. */
function linearOfAlaw(code: number): number {
  const even = code ^ 0x55
  const exponent = (even & 0x70) >> 4
  const mantissa = ((even & 0x0f) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return (even & 0x80) === 0 ? -magnitude : magnitude
}
