import { oggCrc } from './ogg-crc.ts'

/** A packet and the position at its end, in samples at 48,000 Hz for Opus. */
export type OggPacket = { bytes: Uint8Array; granule: number }

/** One logical stream of Ogg pages (RFC 3533). */
export type OggStream = {
  /** The packets as one page, or more if they do not fit; nothing for none. */
  pages(packets: OggPacket[]): Uint8Array
  /** The same, closing the stream at `granule`. */
  lastPages(packets: OggPacket[], granule: number): Uint8Array
}

/** A stream with this serial number (u32). */
export function createOggStream(serial: number): OggStream {
  let sequence = 0
  const write = (packets: OggPacket[], granule: number, last: boolean) => {
    const flags = (sequence === 0 ? FIRST_PAGE : 0) | (last ? LAST_PAGE : 0)
    return page(packets, granule, flags, serial, sequence++)
  }
  const writeGroups = (packets: OggPacket[], endGranule: number | null) => {
    const groups = groupByPage(packets)
    const written = groups.map((group, index) => {
      const last = endGranule !== null && index === groups.length - 1
      return write(group, last ? endGranule : (group.at(-1)?.granule ?? 0), last)
    })
    return Buffer.concat(written)
  }
  return {
    pages: (packets) => writeGroups(packets, null),
    lastPages: (packets, granule) => writeGroups(packets, granule),
  }
}

const FIRST_PAGE = 2
const LAST_PAGE = 4
const SEGMENTS_MAX = 255
const SEGMENT_BYTES = 255
const HEAD_BYTES = 27
const CRC_AT = 22

/** A packet's length as the table of segments says it: whole segments of 255, then one shorter, possibly empty. */
const segmentsOf = (packet: OggPacket): number => Math.floor(packet.bytes.length / SEGMENT_BYTES) + 1

function groupByPage(packets: OggPacket[]): OggPacket[][] {
  const groups: OggPacket[][] = []
  let segments = SEGMENTS_MAX
  for (const packet of packets) {
    segments += segmentsOf(packet)
    if (segments > SEGMENTS_MAX) {
      groups.push([])
      segments = segmentsOf(packet)
    }
    groups.at(-1)?.push(packet)
  }
  return groups
}

function page(
  packets: OggPacket[],
  granule: number,
  flags: number,
  serial: number,
  sequence: number,
): Uint8Array {
  const table = packets.flatMap((packet) => {
    const whole = segmentsOf(packet) - 1
    return [...new Array<number>(whole).fill(SEGMENT_BYTES), packet.bytes.length - whole * SEGMENT_BYTES]
  })
  const head = Buffer.alloc(HEAD_BYTES)
  head.write('OggS', 0, 'latin1')
  head.writeUInt8(flags, 5)
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(serial, 14)
  head.writeUInt32LE(sequence, 18)
  head.writeUInt8(table.length, 26)
  const bytes = Buffer.concat([head, Uint8Array.from(table), ...packets.map((packet) => packet.bytes)])
  bytes.writeUInt32LE(oggCrc(bytes), CRC_AT)
  return bytes
}
