import { expect, expectMembers, isObject, shortened } from './check.ts'

/** Kinds of frames, by the member that makes one (wire reference, sections 0 and 5). */
const KINDS = [
  'error',
  'audio',
  'word_timestamps',
  'final',
  'interrupted',
  'settings_updated',
  'generation_started',
  'chunk_complete',
  'session_closed',
  'warning',
  'context_created',
  'context_closed',
  'context_timeout',
] as const
export type Kind = (typeof KINDS)[number]

/** A frame as it came. */
export type Frame = { kind: Kind; body: Record<string, unknown> }

/** Official Python clients drop a socket whose frame is longer. */
const FRAME_BYTES_MAX = 1024 * 1024
const BYTES_PER_SAMPLE: Record<string, number> = { pcm_s16le: 2, mulaw: 1, alaw: 1 }

/** Reads a message; `text` is null for a binary one. Throws `Nonconforming` where no official client could read it. */
export function frameOf(path: string, text: string | null): Frame {
  expect(text !== null, `${path}: a binary message; frames are text`)
  expect(Buffer.byteLength(text) < FRAME_BYTES_MAX, `${path}: a frame of more than 1 MiB`)
  const body = parsed(text)
  expect(isObject(body), `${path}: a frame is one JSON object, not ${shortened(text)}`)
  const kinds = KINDS.filter(
    (kind) => body[kind] !== undefined && body[kind] !== null && body[kind] !== false,
  )
  expect(
    kinds.length === 1,
    `${path}: a frame is of exactly one kind, this of ${kinds.length}: ${shortened(text)}`,
  )
  const kind = kinds[0] as Kind
  expectShape(`${path}: ${kind}`, kind, body)
  return { kind, body }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function expectShape(about: string, kind: Kind, body: Record<string, unknown>): void {
  switch (kind) {
    case 'error':
      return expectMembers(about, body, { error: 'string', error_code: 'string', code: 'integer' })
    case 'audio':
      return expectAudio(about, body)
    case 'word_timestamps':
      return expectWords(about, body)
    case 'settings_updated':
      return expectMembers(about, body, { settings_updated: 'true', settings: 'object' })
    case 'generation_started':
      return expectMembers(about, body, { generation_started: 'true', chunk_id: 'integer', text: 'string' })
    case 'chunk_complete':
      return expectMembers(about, body, {
        chunk_complete: 'true',
        chunk_id: 'integer',
        audio_seconds: 'number',
        gen_ms: 'number',
      })
    case 'warning':
      return expectMembers(about, body, { warning: 'string' })
    default:
      return expectMembers(about, body, { [kind]: 'true' })
  }
}

/** Whole samples, as many as it says. */
function expectAudio(about: string, body: Record<string, unknown>): void {
  expectMembers(about, body, {
    audio: 'string',
    enc: 'string',
    idx: 'integer',
    sr: 'integer',
    samples: 'integer',
  })
  const bytesPerSample = BYTES_PER_SAMPLE[String(body['enc'])]
  expect(bytesPerSample !== undefined, `${about}: "enc" is ${body['enc']}`)
  const { length } = Buffer.from(String(body['audio']), 'base64')
  expect(
    length === Number(body['samples']) * bytesPerSample,
    `${about}: ${length} bytes of ${body['enc']} are not the ${body['samples']} samples that "samples" says`,
  )
}

function expectWords(about: string, body: Record<string, unknown>): void {
  expectMembers(about, body, { word_timestamps: 'array' })
  for (const item of body['word_timestamps'] as unknown[]) {
    expectMembers(about, item, {
      word: 'string',
      start_ms: 'integer',
      end_ms: 'integer',
      char_start: 'integer',
      char_end: 'integer',
    })
  }
}
