import { REFERENCE_SECONDS_MAX } from '@kugelaudio/contract'
import type { Measured } from '../recording.ts'

const HEAD_BYTES = 27
const STARTS = 0x02
const CONTINUES = 0x01
/** No packet of Opus is longer (RFC 6716, section 3.2.5). */
const PACKET_MS_MAX = 120

const ONLY_OPUS = 'is Ogg, and not one stream of Opus; send WAV, FLAC, MP3 or Opus in Ogg'

/** Opus in Ogg (RFC 7845): its length is that of its packets, each by its own first bytes. Null for what is no Ogg. */
export function measureOggOpus(bytes: Buffer): Measured | null {
  if (bytes.toString('latin1', 0, 4) !== 'OggS') return null
  let serial: number | null = null
  let packets = 0
  let ms = 0
  for (let at = 0; at < bytes.length; ) {
    const page = pageAt(bytes, at)
    if (page === null) return { flaw: 'is Ogg that is damaged or cut off' }
    if (serial === null && (page.flags & STARTS) === 0) return { flaw: ONLY_OPUS }
    if (serial !== null && ((page.flags & STARTS) !== 0 || page.serial !== serial)) return { flaw: ONLY_OPUS }
    serial = page.serial
    for (const packet of page.packets) {
      if (packets === 0 && packet.toString('latin1', 0, 8) !== 'OpusHead') return { flaw: ONLY_OPUS }
      // Two packets of headers come first.
      if (packets >= 2) {
        const packetMs = msOf(packet)
        if (packetMs === null) return { flaw: 'is Opus that is damaged' }
        ms += packetMs
        // A packet may take one byte and last for 120 ms: the rest of hours need not be looked at.
        if (ms > REFERENCE_SECONDS_MAX * 1_000) return { seconds: ms / 1_000 }
      }
      packets += 1
    }
    at = page.end
  }
  return { seconds: ms / 1_000 }
}

type Page = { flags: number; serial: number; packets: Buffer[]; end: number }

/** A page, and the packets that begin on it (RFC 3533, section 6); of long ones only what is on it. */
function pageAt(bytes: Buffer, at: number): Page | null {
  if (at + HEAD_BYTES > bytes.length || bytes.toString('latin1', at, at + 4) !== 'OggS') return null
  const flags = bytes.readUInt8(at + 5)
  const segments = bytes.readUInt8(at + 26)
  let from = at + HEAD_BYTES + segments
  if (from > bytes.length) return null
  const packets: Buffer[] = []
  let isRest = (flags & CONTINUES) !== 0
  let length = 0
  for (let segment = 0; segment < segments; segment++) {
    const size = bytes.readUInt8(at + HEAD_BYTES + segment)
    length += size
    if (size === 255 && segment + 1 < segments) continue
    if (!isRest) packets.push(bytes.subarray(from, from + length))
    isRest = false
    from += length
    length = 0
  }
  return from > bytes.length ? null : { flags, serial: bytes.readUInt32LE(at + 14), packets, end: from }
}

/** How long a packet is heard (RFC 6716, section 3.1); null for one that cannot be. */
function msOf(packet: Buffer): number | null {
  const head = packet[0]
  if (head === undefined) return null
  const config = head >> 3
  const frames = [1, 2, 2, (packet[1] ?? 0) & 63][head & 3] ?? 0
  const frameMs =
    config < 12
      ? ([10, 20, 40, 60][config % 4] ?? 0)
      : config < 16
        ? ([10, 20][config % 2] ?? 0)
        : ([2.5, 5, 10, 20][config % 4] ?? 0)
  const ms = frames * frameMs
  return ms === 0 || ms > PACKET_MS_MAX ? null : ms
}
