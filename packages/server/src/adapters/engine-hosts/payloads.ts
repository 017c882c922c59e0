import {
  AUDIO_HEAD_BYTES,
  CODECS,
  type Codec,
  type DonePayload,
  ENGINE_VOICE_IDS_END,
  type ErrorPayload,
  type HelloPayload,
  type HostVoice,
  type PassagePayload,
  PROTOCOL_VERSION,
} from '@kugelaudio/engine-host/protocol'
import type { EngineWord } from '../../speech/engine.ts'
import { MalformedFrame } from './frames.ts'

/** Reads a `hello`. A host of another protocol version is refused here, with words the operator can act on. */
export function readHello(payload: Buffer): HelloPayload {
  const hello = objectIn(payload)
  const protocol = numberAt(hello, 'protocol')
  if (protocol !== PROTOCOL_VERSION) {
    throw new MalformedFrame(`it speaks protocol ${protocol}, this server speaks ${PROTOCOL_VERSION}`)
  }
  return {
    protocol,
    engine: textAt(hello, 'engine'),
    version: textAt(hello, 'version'),
    backend: textAt(hello, 'backend'),
    sample_rate: numberAt(hello, 'sample_rate'),
    codecs: listAt(hello, 'codecs').map(readCodec),
    voices: listAt(hello, 'voices').map(readVoice),
    default_voices: readDefaults(hello['default_voices']),
  }
}

/** Reads an `audio` payload. The bytes are those of the pipe, not a copy. */
export function readAudio(payload: Buffer): { passage: number; samples: number; bytes: Uint8Array } {
  if (payload.length < AUDIO_HEAD_BYTES) throw new MalformedFrame('audio without its head')
  const bytes = payload.subarray(AUDIO_HEAD_BYTES)
  return { passage: payload.readUInt32LE(0), samples: payload.readUInt32LE(4), bytes }
}

/** Reads a `words` payload. */
export function readWords(payload: Buffer): { passage: number; words: EngineWord[] } {
  const words = objectIn(payload)
  return { passage: numberAt(words, 'passage'), words: listAt(words, 'words').map(readWord) }
}

/** Reads a `passage` payload. */
export function readPassage(payload: Buffer): PassagePayload {
  const passage = objectIn(payload)
  return {
    passage: numberAt(passage, 'passage'),
    start_ms: numberAt(passage, 'start_ms'),
    audio_ms: numberAt(passage, 'audio_ms'),
    gen_ms: numberAt(passage, 'gen_ms'),
  }
}

/** Reads a `done` payload. */
export function readDone(payload: Buffer): DonePayload {
  const done = objectIn(payload)
  return { samples: numberAt(done, 'samples'), audio_ms: numberAt(done, 'audio_ms') }
}

/** Reads an `error` payload. */
export function readError(payload: Buffer): ErrorPayload {
  const error = objectIn(payload)
  const code = textAt(error, 'code')
  if (!isErrorCode(code)) throw new MalformedFrame(`error of unknown code`)
  return { code, message: textAt(error, 'message') }
}

type Fields = Record<string, unknown>

const ERROR_CODES: Record<ErrorPayload['code'], true> = {
  bad_voice: true,
  bad_format: true,
  bad_command: true,
  engine_failed: true,
}
const isErrorCode = (code: string): code is ErrorPayload['code'] => Object.hasOwn(ERROR_CODES, code)
const isCodec = (codec: unknown): codec is Codec => CODECS.some((known) => known === codec)

function readCodec(codec: unknown): Codec {
  if (!isCodec(codec)) throw new MalformedFrame('codec of unknown name')
  return codec
}

function readVoice(value: unknown): HostVoice {
  const voice = fieldsOf(value)
  const sex = voice['sex'] ?? null
  if (sex !== null && sex !== 'male' && sex !== 'female' && sex !== 'neutral') {
    throw new MalformedFrame('voice of unknown sex')
  }
  const id = numberAt(voice, 'id')
  const handle = textAt(voice, 'handle')
  // Names of voices that accounts make are never an engine's.
  if (!Number.isInteger(id) || id < 0 || id >= ENGINE_VOICE_IDS_END)
    throw new MalformedFrame('voice of wrong id')
  if (handle.includes('_')) throw new MalformedFrame('voice whose handle holds an underscore')
  return {
    id,
    handle,
    name: textAt(voice, 'name'),
    languages: listAt(voice, 'languages').map(textOf),
    sex,
    description: textAt(voice, 'description'),
  }
}

function readDefaults(value: unknown): Record<string, string> {
  const defaults = Object.entries(fieldsOf(value)).map(
    ([language, voice]) => [language, textOf(voice)] as const,
  )
  return Object.fromEntries(defaults)
}

function readWord(value: unknown): EngineWord {
  const word = fieldsOf(value)
  return {
    start: numberAt(word, 'start'),
    end: numberAt(word, 'end'),
    startMs: numberAt(word, 'start_ms'),
    endMs: numberAt(word, 'end_ms'),
  }
}

function objectIn(payload: Buffer): Fields {
  let value: unknown
  try {
    value = JSON.parse(payload.toString('utf8'))
  } catch {
    throw new MalformedFrame('a payload that is not JSON')
  }
  return fieldsOf(value)
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedFrame('a payload that is not an object')
  }
  return value as Fields
}

function numberAt(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new MalformedFrame(`a payload without the number ${name}`)
  }
  return value
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new MalformedFrame('a payload with something else than text')
  return value
}

function textAt(fields: Fields, name: string): string {
  if (typeof fields[name] !== 'string') throw new MalformedFrame(`a payload without the text ${name}`)
  return fields[name]
}

function listAt(fields: Fields, name: string): unknown[] {
  const value = fields[name]
  if (!Array.isArray(value)) throw new MalformedFrame(`a payload without the list ${name}`)
  return value
}
