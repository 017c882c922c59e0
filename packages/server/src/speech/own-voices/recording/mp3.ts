import type { Measured } from '../recording.ts'
import { afterId3 } from './id3.ts'
import { MISSES_MAX } from './misses.ts'

/** kbit/s of layer III, by the index in a frame's header: of MPEG-1, and of MPEG-2 and 2.5. */
const KBPS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const KBPS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const RATES = [44_100, 48_000, 32_000]

/** Between a tag and the first frame some programs leave zeros. */
const LEAD_BYTES_MAX = 4 * 1024
/** Tags may follow the sound, but most of a file is sound. */
const SOUND_SHARE_MIN = 0.5

type Frame = { bytes: number; seconds: number }

/** MP3: its length is that of its frames. Null for what is none. */
export function measureMp3(bytes: Buffer): Measured | null {
  const isTagged = afterId3(bytes) > 0
  const start = firstFrame(bytes, Math.min(afterId3(bytes), bytes.length))
  if (start === null) return isTagged ? { flaw: 'has a tag of MP3, and no sound in it' } : null
  let seconds = 0
  let sound = 0
  let misses = 0
  for (let at = start; at >= 0 && at < bytes.length; ) {
    const frame = frameAt(bytes, at)
    // Players find their way back into frames after what is none, so it is counted as they hear it.
    if (frame === null) {
      if (++misses > MISSES_MAX) return { flaw: 'is MP3 that is damaged' }
      at = bytes.indexOf(0xff, at + 1)
    } else {
      seconds += frame.seconds
      sound += frame.bytes
      at += frame.bytes
    }
  }
  if (sound < (bytes.length - start) * SOUND_SHARE_MIN) return null
  return { seconds }
}

/** Two frames in a row, or one and the end: two bytes alone could be anything. */
function firstFrame(bytes: Buffer, from: number): number | null {
  const end = Math.min(bytes.length, from + LEAD_BYTES_MAX)
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at < end; at = bytes.indexOf(0xff, at + 1)) {
    const frame = frameAt(bytes, at)
    if (frame === null) continue
    const next = at + frame.bytes
    if (next === bytes.length || frameAt(bytes, next) !== null) return at
  }
  return null
}

/** ISO/IEC 11172-3, section 2.4.2.3, layer III. */
function frameAt(bytes: Buffer, at: number): Frame | null {
  if (at + 4 > bytes.length) return null
  const head = bytes.readUInt32BE(at)
  if (head >>> 21 !== 0x7ff || ((head >>> 17) & 3) !== 1) return null
  const version = (head >>> 19) & 3
  if (version === 1) return null
  const isFirst = version === 3
  const kbps = (isFirst ? KBPS_1 : KBPS_2)[(head >>> 12) & 15] ?? 0
  const base = RATES[(head >>> 10) & 3]
  if (kbps === 0 || base === undefined) return null
  const rate = isFirst ? base : version === 2 ? base / 2 : base / 4
  const samples = isFirst ? 1_152 : 576
  const padding = (head >>> 9) & 1
  return { bytes: Math.floor((samples / 8) * ((kbps * 1_000) / rate)) + padding, seconds: samples / rate }
}
