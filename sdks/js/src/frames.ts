import { classifyWsFrame } from './classify.ts'
import { type KugelAudioError, ProtocolError } from './errors.ts'

/** When a word is heard, in ms from the start of its chunk, and where it stands in the text as sent (UTF-16 units). */
export type WordTimestamp = {
  word: string
  startMs: number
  endMs: number
  charStart: number
  charEnd: number
  score: number
}

/** What a turn or a context has used. `costCents` is null where no price is known. */
export type SessionUsage = {
  audioSeconds: number
  costCents: number | null
  costAvailable: boolean
  currency?: string | undefined
  characters?: number | undefined
  modelId?: string | undefined
}

/** How audio is encoded: 16-bit little-endian, or G.711. One channel always. */
export type AudioEncoding = 'pcm_s16le' | 'mulaw' | 'alaw'

/** Totals of a whole one-shot turn; of a streamed one only what the server counts there. */
export type TurnTotals = {
  chunks?: number | undefined
  totalSamples?: number | undefined
  durationMs?: number | undefined
  generationMs?: number | undefined
  rtf?: number | undefined
  totalAudioSeconds?: number | undefined
  totalTextChunks?: number | undefined
  totalAudioChunks?: number | undefined
  usage?: SessionUsage | undefined
}

export type AudioFrame = {
  kind: 'audio'
  /** Base64. */
  audio: string
  encoding: AudioEncoding
  index: number
  /** Hz. */
  sampleRate: number
  samples: number
}

type Named =
  | AudioFrame
  | { kind: 'words'; words: WordTimestamp[] }
  | { kind: 'generationStarted'; text: string }
  | { kind: 'chunkComplete'; audioSeconds: number; generationMs: number }
  | ({ kind: 'final' } & TurnTotals)
  | ({ kind: 'sessionClosed' } & TurnTotals)
  | { kind: 'interrupted' }
  | { kind: 'warning'; message: string }
  | { kind: 'settings'; settings: Record<string, unknown> }
  | { kind: 'sessionStarted'; sessionId: string }
  | { kind: 'contextCreated' }
  | { kind: 'contextClosed'; usage?: SessionUsage | undefined }
  | { kind: 'contextTimeout' }
  | { kind: 'error'; error: KugelAudioError }
  | { kind: 'unknown' }

/** One message of a server, of exactly one kind. */
export type Frame = Named & { chunkId?: number | undefined; contextId?: string | undefined }

type Wire = Readonly<Record<string, unknown>>

const BYTES_PER_SAMPLE: Readonly<Record<string, number>> = { pcm_s16le: 2, mulaw: 1, alaw: 1 }

/** Reads a message of a server. Throws `ProtocolError` for what is none; what is only unknown is `unknown`. */
export function parseFrame(message: unknown): Frame {
  if (typeof message !== 'string') throw nonsense('a message that is not text')
  let wire: unknown
  try {
    wire = JSON.parse(message)
  } catch {
    throw nonsense('a message that is not JSON')
  }
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire))
    throw nonsense('a message that is no object')
  const named = read(wire as Wire)
  const { chunk_id, context_id } = wire as Wire
  return {
    ...named,
    ...(typeof chunk_id === 'number' ? { chunkId: chunk_id } : {}),
    ...(typeof context_id === 'string' ? { contextId: context_id } : {}),
  }
}

function read(wire: Wire): Named {
  if (wire['error']) return { kind: 'error', error: classifyWsFrame(wire) }
  if (typeof wire['audio'] === 'string' && wire['audio'] !== '') return audio(wire, wire['audio'])
  if ('word_timestamps' in wire) return { kind: 'words', words: words(wire['word_timestamps']) }
  if (wire['generation_started']) return { kind: 'generationStarted', text: String(wire['text'] ?? '') }
  if (wire['chunk_complete'])
    return {
      kind: 'chunkComplete',
      audioSeconds: number(wire['audio_seconds']) ?? 0,
      generationMs: number(wire['gen_ms']) ?? 0,
    }
  if (wire['final']) return { kind: 'final', ...totals(wire) }
  if (wire['session_closed']) return { kind: 'sessionClosed', ...totals(wire) }
  if (wire['interrupted']) return { kind: 'interrupted' }
  if (wire['settings_updated'])
    return { kind: 'settings', settings: (wire['settings'] ?? {}) as Record<string, unknown> }
  if (wire['context_created']) return { kind: 'contextCreated' }
  if (wire['context_closed']) return { kind: 'contextClosed', ...usageOf(wire) }
  if (wire['context_timeout']) return { kind: 'contextTimeout' }
  if (wire['session_started']) return { kind: 'sessionStarted', sessionId: String(wire['session_id'] ?? '') }
  if (typeof wire['warning'] === 'string') return { kind: 'warning', message: wire['warning'] }
  return { kind: 'unknown' }
}

function audio(wire: Wire, base64: string): AudioFrame {
  const encoding = wire['enc'] ?? 'pcm_s16le'
  const index = number(wire['idx'])
  const sampleRate = number(wire['sr'])
  const samples = number(wire['samples'])
  const bytes =
    typeof encoding === 'string' && Object.hasOwn(BYTES_PER_SAMPLE, encoding)
      ? BYTES_PER_SAMPLE[encoding]
      : undefined
  if (bytes === undefined) throw nonsense('audio in an encoding that is unknown')
  if (index === undefined || sampleRate === undefined || sampleRate <= 0 || samples === undefined)
    throw nonsense('audio without idx, sr or samples')
  if (lengthOfBase64(base64) !== samples * bytes) throw nonsense('audio whose length is not what it says')
  return { kind: 'audio', audio: base64, encoding: encoding as AudioEncoding, index, sampleRate, samples }
}

/** How many bytes base64 holds, by its length alone; NaN when no bytes have such a length. */
function lengthOfBase64(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return text.length % 4 === 0 ? (text.length / 4) * 3 - padding : Number.NaN
}

function words(list: unknown): WordTimestamp[] {
  if (list === null) return []
  if (!Array.isArray(list)) throw nonsense('word_timestamps that are no list')
  return list.map((item: Wire) => {
    const [startMs, endMs] = [number(item?.['start_ms']), number(item?.['end_ms'])]
    if (typeof item?.['word'] !== 'string' || startMs === undefined || endMs === undefined)
      throw nonsense('a word without word, start_ms or end_ms')
    return {
      word: item['word'],
      startMs,
      endMs,
      charStart: number(item['char_start']) ?? 0,
      charEnd: number(item['char_end']) ?? 0,
      score: number(item['score']) ?? 1,
    }
  })
}

/** The wire's names of totals, and ours. */
const TOTALS: Readonly<Record<string, keyof TurnTotals>> = {
  chunks: 'chunks',
  total_samples: 'totalSamples',
  dur_ms: 'durationMs',
  gen_ms: 'generationMs',
  rtf: 'rtf',
  total_audio_seconds: 'totalAudioSeconds',
  total_text_chunks: 'totalTextChunks',
  total_audio_chunks: 'totalAudioChunks',
}

function totals(wire: Wire): TurnTotals {
  const counts = Object.entries(TOTALS).map(([name, ours]) => [ours, number(wire[name])])
  return defined({ ...Object.fromEntries(counts), ...usageOf(wire) })
}

function usageOf(wire: Wire): { usage?: SessionUsage } {
  const usage = parseSessionUsage(wire)
  return usage === null ? {} : { usage }
}

/** What a frame says of usage, in `usage` or as bare `total_audio_seconds`; null when it says nothing. */
export function parseSessionUsage(frame: Readonly<Record<string, unknown>>): SessionUsage | null {
  const usage = (frame['usage'] ?? {}) as Wire
  const audioSeconds = number(usage['audio_seconds']) ?? number(frame['total_audio_seconds'])
  if (audioSeconds === undefined) return null
  const costCents = number(usage['cost_cents']) ?? null
  const { currency, model_id } = usage
  return defined({
    audioSeconds,
    costCents,
    costAvailable: costCents !== null,
    currency: typeof currency === 'string' ? currency : undefined,
    characters: number(usage['characters']),
    modelId: typeof model_id === 'string' ? model_id : undefined,
  })
}

/** A finite number that is not negative, as all of the wire's are. */
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined

/** Without the members that are undefined. */
export function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value
}

const nonsense = (what: string): ProtocolError => new ProtocolError(`The server sent ${what}`)
