import { randomInt } from 'node:crypto'
import openLibopus, { type Libopus } from 'opusscript/build/opusscript_native_wasm.js'
import type { Encoder } from './encoder.ts'
import { opusHeaderPages } from './ogg-opus-headers.ts'
import { createOggStream, type OggPacket } from './ogg-stream.ts'

/** An Ogg stream of Opus at 48,000 Hz, mono (RFC 6716, RFC 7845), one page for each call. */
export function openOpusEncoder(bitrateKbps: number | undefined): Encoder {
  libopus ??= openLibopus()
  const packets = packetEncoder(libopus, (bitrateKbps ?? DEFAULT_KBPS) * 1000)
  const ogg = createOggStream(randomInt(0x1_0000_0000))
  let head = opusHeaderPages(ogg, PRE_SKIP_SAMPLES, SAMPLE_RATE)
  let waiting = new Int16Array(0)
  let taken = 0
  let coded = 0

  const encodeFrames = (samples: Int16Array): OggPacket[] => {
    const found: OggPacket[] = []
    for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
      coded += FRAME_SAMPLES
      found.push({ bytes: packets.encode(samples.subarray(at, at + FRAME_SAMPLES)), granule: coded })
    }
    return found
  }
  const withHead = (pages: Uint8Array): Uint8Array => {
    const joined = Buffer.concat([head, pages])
    head = new Uint8Array(0)
    return joined
  }

  return {
    encode(samples) {
      taken += samples.length
      const all = join(waiting, samples)
      waiting = all.slice(all.length - (all.length % FRAME_SAMPLES))
      return withHead(ogg.pages(encodeFrames(all)))
    },
    finish() {
      // The decoder drops the first samples, so as many more must be coded for the last ones to be heard.
      const rest = waiting.length + PRE_SKIP_SAMPLES
      const padded = new Int16Array(Math.ceil(rest / FRAME_SAMPLES) * FRAME_SAMPLES)
      padded.set(waiting)
      return withHead(ogg.lastPages(encodeFrames(padded), taken + PRE_SKIP_SAMPLES))
    },
    free: () => packets.free(),
  }
}

const SAMPLE_RATE = 48_000
/** 20 ms, the length Opus is tuned for. */
const FRAME_SAMPLES = 960
/** The encoder's delay at 48,000 Hz for `OPUS_APPLICATION_AUDIO` (`OPUS_GET_LOOKAHEAD`). */
const PRE_SKIP_SAMPLES = 312
const DEFAULT_KBPS = 64
/** 0 to 10. Four times as fast as 9; speech sounds the same at these bit rates. */
const COMPLEXITY = 5
const PACKET_BYTES_MAX = 1_276

// Numbers of opus_defines.h.
const OPUS_APPLICATION_AUDIO = 2049
const OPUS_SET_BITRATE = 4002
const OPUS_SET_COMPLEXITY = 4010

let libopus: Libopus | undefined

/**
 * The package's own class writes samples beyond the memory it takes for them, so that two encoders can damage each
 * other. Its native part is sound; it wants each byte of a sample in a 16-bit cell of its own.
 */
function packetEncoder(opus: Libopus, bitrate: number) {
  const handler = new opus.OpusScriptHandler(SAMPLE_RATE, 1, OPUS_APPLICATION_AUDIO)
  handler._encoder_ctl(OPUS_SET_BITRATE, bitrate)
  handler._encoder_ctl(OPUS_SET_COMPLEXITY, COMPLEXITY)
  const inAt = opus._malloc(FRAME_SAMPLES * 2 * 2)
  const outAt = opus._malloc(PACKET_BYTES_MAX)
  return {
    encode(frame: Int16Array): Uint8Array {
      opus.HEAPU16.set(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength), inAt / 2)
      const length = handler._encode(inAt, frame.byteLength, outAt, FRAME_SAMPLES)
      if (length < 0) throw new Error(`libopus: error ${length}`)
      return opus.HEAPU8.slice(outAt, outAt + length)
    },
    free() {
      opus.OpusScriptHandler.destroy_handler(handler)
      opus._free(inAt)
      opus._free(outAt)
    },
  }
}

function join(first: Int16Array, second: Int16Array): Int16Array {
  const joined = new Int16Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}
