import {
  AUDIO_HEAD_BYTES,
  type DonePayload,
  type ErrorPayload,
  FRAME,
  FRAME_HEAD_BYTES,
  type HelloPayload,
  type PassagePayload,
  type WordsPayload,
} from './protocol.ts'

/** Everything a host says. Job 0 is the host itself. */
export type Frame =
  | { type: 'hello'; hello: HelloPayload }
  | { type: 'ready' }
  | { type: 'audio'; job: number; passage: number; samples: number; bytes: Uint8Array }
  | { type: 'words'; job: number; words: WordsPayload }
  | { type: 'passage'; job: number; passage: PassagePayload }
  | { type: 'done'; job: number; done: DonePayload }
  | { type: 'error'; job: number; error: ErrorPayload }

/** A frame's bytes: `[u32le job][u8 type][u32le length][payload]`. */
export function encodeFrame(frame: Frame): Uint8Array {
  switch (frame.type) {
    case 'hello':
      return jsonFrame(0, FRAME.hello, frame.hello)
    case 'ready':
      return jsonFrame(0, FRAME.ready, {})
    case 'audio':
      return audioFrame(frame)
    case 'words':
      return jsonFrame(frame.job, FRAME.words, frame.words)
    case 'passage':
      return jsonFrame(frame.job, FRAME.passage, frame.passage)
    case 'done':
      return jsonFrame(frame.job, FRAME.done, frame.done)
    case 'error':
      return jsonFrame(frame.job, FRAME.error, frame.error)
  }
}

function audioFrame(frame: Extract<Frame, { type: 'audio' }>): Uint8Array {
  const bytes = headed(frame.job, FRAME.audio, AUDIO_HEAD_BYTES + frame.bytes.length)
  bytes.writeUInt32LE(frame.passage, FRAME_HEAD_BYTES)
  bytes.writeUInt32LE(frame.samples, FRAME_HEAD_BYTES + 4)
  bytes.set(frame.bytes, FRAME_HEAD_BYTES + AUDIO_HEAD_BYTES)
  return bytes
}

function jsonFrame(job: number, type: number, payload: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(payload))
  const bytes = headed(job, type, json.length)
  bytes.set(json, FRAME_HEAD_BYTES)
  return bytes
}

function headed(job: number, type: number, payloadBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payloadBytes)
  bytes.writeUInt32LE(job, 0)
  bytes.writeUInt8(type, 4)
  bytes.writeUInt32LE(payloadBytes, 5)
  return bytes
}
