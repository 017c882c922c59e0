const HEADER_BYTES = 44

/** The sizes that the header of a WAV of so many bytes holds, once its length is known, and where they stand in it. */
export const wavSizes = (bytes: number): readonly { at: number; size: Uint8Array }[] => [
  { at: 4, size: littleEndian(bytes - 8) },
  { at: 40, size: littleEndian(bytes - HEADER_BYTES) },
]

function littleEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
