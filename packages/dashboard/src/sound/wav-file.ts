const HEADER_BYTES = 44

/** A WAV file of 16-bit mono. */
export function wavOf(parts: readonly Int16Array<ArrayBuffer>[], sampleRate: number): Blob {
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
  const header = new DataView(new ArrayBuffer(HEADER_BYTES))
  const text = (at: number, name: string): void =>
    [...name].forEach((letter, index) => void header.setUint8(at + index, letter.charCodeAt(0)))
  text(0, 'RIFF')
  header.setUint32(4, HEADER_BYTES - 8 + bytes, true)
  text(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true)
  header.setUint16(22, 1, true)
  header.setUint32(24, sampleRate, true)
  header.setUint32(28, sampleRate * 2, true)
  header.setUint16(32, 2, true)
  header.setUint16(34, 16, true)
  text(36, 'data')
  header.setUint32(40, bytes, true)
  return new Blob([header, ...parts], { type: 'audio/wav' })
}
