/** Bytes of the header. */
export const WAV_HEADER_BYTES = 44
/** What a stream of unknown length says in place of its sizes, as ffmpeg and sox do. */
const UNKNOWN_SIZE = 0xffff_ffff

/** The header of 16-bit mono samples whose number is not known yet (RIFF, `fmt ` chunk of plain PCM, `data` chunk). */
export function wavHeader(sampleRate: number): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(UNKNOWN_SIZE, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(UNKNOWN_SIZE, 40)
  return header
}
