import type { OggStream } from './ogg-stream.ts'

/** The two pages an Opus stream begins with (RFC 7845, section 5). `inputRate` is only told, in Hz. */
export function opusHeaderPages(ogg: OggStream, preSkipSamples: number, inputRate: number): Uint8Array {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0, 'latin1')
  head.writeUInt8(1, 8)
  head.writeUInt8(1, 9)
  head.writeUInt16LE(preSkipSamples, 10)
  head.writeUInt32LE(inputRate, 12)

  const vendor = Buffer.from('libopus', 'latin1')
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
  tags.write('OpusTags', 0, 'latin1')
  tags.writeUInt32LE(vendor.length, 8)
  tags.set(vendor, 12)

  return Buffer.concat([ogg.pages([{ bytes: head, granule: 0 }]), ogg.pages([{ bytes: tags, granule: 0 }])])
}
