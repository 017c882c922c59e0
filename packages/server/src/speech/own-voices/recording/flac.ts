import type { Measured } from '../recording.ts'
import { afterId3 } from './id3.ts'
import { MISSES_MAX } from './misses.ts'

const STREAMINFO_BYTES = 34
/** The longest head of a frame, and its shortest body. */
const FRAME_BYTES_MIN = 8

const DAMAGED = 'is FLAC that is damaged or cut off'

/**
 * FLAC (RFC 9639): its length is that of its frames; what its head says of itself must agree. Frames are found by their
 * heads, each with its checksum and the number that follows the one before. Null for what is none.
 */
export function measureFlac(bytes: Buffer): Measured | null {
  const tag = afterId3(bytes)
  if (bytes.toString('latin1', tag, tag + 4) !== 'fLaC') return null
  const info = infoOf(bytes, tag + 4)
  if (info === null) return { flaw: DAMAGED }
  let samples = 0
  let frame = frameAt(bytes, info.end)
  if (frame === null || frame.number !== 0) return { flaw: DAMAGED }
  const { isVariable } = frame
  const misses = { left: MISSES_MAX }
  for (let at = info.end; frame !== null; ) {
    samples += frame.samples
    const wanted: number = isVariable ? frame.number + frame.samples : frame.number + 1
    const next = nextFrame(bytes, at + FRAME_BYTES_MIN, { wanted, isVariable, misses })
    at = next?.at ?? bytes.length
    frame = next?.frame ?? null
  }
  if (misses.left <= 0) return { flaw: DAMAGED }
  if (info.samples !== 0 && info.samples !== samples) return { flaw: DAMAGED }
  return { seconds: samples / info.rate }
}

/** What the first block of metadata says (section 8.2), and where the last one ends. */
function infoOf(bytes: Buffer, start: number): { rate: number; samples: number; end: number } | null {
  let rate = 0
  let samples = 0
  for (let at = start, isFirst = true; at + 4 <= bytes.length; isFirst = false) {
    const head = bytes.readUInt8(at)
    const size = bytes.readUIntBE(at + 1, 3)
    const body = at + 4
    at = body + size
    if (at > bytes.length) return null
    if (isFirst) {
      if ((head & 0x7f) !== 0 || size !== STREAMINFO_BYTES) return null
      rate = bytes.readUIntBE(body + 10, 3) >>> 4
      samples = (bytes.readUInt8(body + 13) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(body + 14)
    }
    if ((head & 0x80) !== 0) return rate === 0 ? null : { rate, samples, end: at }
  }
  return null
}

/** `number` counts frames, or samples where frames are of different lengths. */
type Frame = { isVariable: boolean; number: number; samples: number }

function nextFrame(
  bytes: Buffer,
  from: number,
  { wanted, isVariable, misses }: { wanted: number; isVariable: boolean; misses: { left: number } },
): { at: number; frame: Frame } | null {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (--misses.left <= 0) return null
    const frame = frameAt(bytes, at)
    if (frame?.number === wanted && frame.isVariable === isVariable) return { at, frame }
  }
  return null
}

/** The head of a frame (section 9.1); null where none begins. */
function frameAt(bytes: Buffer, at: number): Frame | null {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return null
  // A head has at most 16 bytes.
  const head = bytes.subarray(at, at + 16)
  const [, second = 0, third = 0, fourth = 0] = head
  const blockCode = third >> 4
  const rateCode = third & 15
  if (blockCode === 0 || rateCode === 15 || (fourth & 1) !== 0) return null
  const number = codedNumber(head, 4)
  if (number === null) return null
  const blockBytes = blockCode === 6 ? 1 : blockCode === 7 ? 2 : 0
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0
  const end = number.end + blockBytes + rateBytes
  if (end >= head.length || head[end] !== crc8(head.subarray(0, end))) return null
  const samples = blockBytes > 0 ? head.readUIntBE(number.end, blockBytes) + 1 : samplesOfCode(blockCode)
  return { isVariable: (second & 1) === 1, number: number.value, samples }
}

/** Section 9.1.1, table 14. */
function samplesOfCode(code: number): number {
  if (code === 1) return 192
  return code <= 5 ? 144 * 2 ** code : 2 ** code
}

/** Coded as UTF-8 codes characters, but up to 36 bits (section 9.1.5). */
function codedNumber(head: Buffer, at: number): { value: number; end: number } | null {
  const first = head[at] ?? 0xff
  const ones = Math.clz32(~(first << 24))
  if (ones === 0) return { value: first, end: at + 1 }
  if (ones === 1 || ones > 7) return null
  let value = first & (0x7f >> ones)
  for (let more = 1; more < ones; more++) {
    const byte = head[at + more] ?? 0
    if (byte >> 6 !== 2) return null
    value = value * 64 + (byte & 63)
  }
  return { value, end: at + ones }
}

/** x⁸ + x² + x + 1. */
function crc8(bytes: Buffer): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1
  }
  return crc
}
