import {
  IPA_CHARACTERS_MAX,
  LEAD_MS_MAX,
  PRONUNCIATIONS_MAX,
  SPEED_MAX,
  SPEED_MIN,
  TEXT_CHARACTERS_MAX,
} from './limits.ts'
import { CODECS, type Codec, type HostCommand, type SayCommand } from './protocol.ts'

/** A line as a command, or why it is none. `job` is 0 where the line names no job. */
export type ParsedCommand = { ok: true; command: HostCommand } | { ok: false; job: number; message: string }

/** Reads one JSON line. Unknown fields are left alone, so that a newer server may send more. */
export function parseCommand(line: string): ParsedCommand {
  const fields = parseObject(line)
  if (fields === null) return { ok: false, job: 0, message: 'the line is not a JSON object' }
  const job = fields['job']
  if (!isWhole(job, 1, JOB_MAX)) return { ok: false, job: 0, message: `job: expected 1 to ${JOB_MAX}` }
  const refuse = (message: string): ParsedCommand => ({ ok: false, job, message })

  switch (fields['cmd']) {
    case 'open':
      return parseOpen(job, fields, refuse)
    case 'say':
      return parseSay(job, fields, refuse)
    case 'finish':
      return { ok: true, command: { cmd: 'finish', job } }
    case 'cancel':
      return { ok: true, command: { cmd: 'cancel', job } }
    default:
      return refuse('cmd: expected open, say, finish or cancel')
  }
}

type Fields = Record<string, unknown>
type Refuse = (message: string) => ParsedCommand

function parseOpen(job: number, fields: Fields, refuse: Refuse): ParsedCommand {
  const { voice, codec, sample_rate, bitrate_kbps, words } = fields
  if (typeof voice !== 'string') return refuse('voice: expected a handle')
  if (!isCodec(codec)) return refuse(`codec: expected one of ${CODECS.join(', ')}`)
  if (!isWhole(sample_rate, 1, RATE_MAX)) return refuse('sample_rate: expected Hz')
  if (typeof words !== 'boolean') return refuse('words: expected true or false')
  if (bitrate_kbps === undefined || bitrate_kbps === null) {
    return { ok: true, command: { cmd: 'open', job, voice, codec, sample_rate, words } }
  }
  if (!isWhole(bitrate_kbps, 1, BITRATE_MAX)) return refuse('bitrate_kbps: expected kbit/s')
  return { ok: true, command: { cmd: 'open', job, voice, codec, sample_rate, bitrate_kbps, words } }
}

function parseSay(job: number, fields: Fields, refuse: Refuse): ParsedCommand {
  const { passage, text, speed, lead_ms, pronunciations = [] } = fields
  if (!isWhole(passage, 0, PASSAGE_MAX)) return refuse('passage: expected a number counting up from 0')
  if (typeof text !== 'string') return refuse('text: expected a string')
  if (text.length > TEXT_CHARACTERS_MAX) return refuse(`text: at most ${TEXT_CHARACTERS_MAX} characters`)
  if (!isWithin(speed, SPEED_MIN, SPEED_MAX)) return refuse(`speed: expected ${SPEED_MIN} to ${SPEED_MAX}`)
  if (!isWithin(lead_ms, 0, LEAD_MS_MAX)) return refuse(`lead_ms: expected 0 to ${LEAD_MS_MAX}`)
  if (!arePronunciations(pronunciations, text.length))
    return refuse('pronunciations: expected parts of the text in order, each with its ipa')
  const say = { cmd: 'say', job, passage, text, speed, lead_ms } as const
  return { ok: true, command: pronunciations.length === 0 ? say : { ...say, pronunciations } }
}

function parseObject(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

type Pronunciations = NonNullable<SayCommand['pronunciations']>

function arePronunciations(value: unknown, length: number): value is Pronunciations {
  if (!Array.isArray(value) || value.length > PRONUNCIATIONS_MAX) return false
  let at = 0
  return value.every((part: unknown) => {
    if (!isFields(part)) return false
    const { start, end, ipa } = part
    const isFit = isWhole(start, at, length) && isWhole(end, start, length) && typeof ipa === 'string'
    if (isFit) at = end
    return isFit && ipa.length <= IPA_CHARACTERS_MAX
  })
}

const isWithin = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max

const isWhole = (value: unknown, min: number, max: number): value is number =>
  isWithin(value, min, max) && Number.isInteger(value)

const isCodec = (value: unknown): value is Codec => CODECS.some((codec) => codec === value)

// What fits the frames' u32 fields.
const JOB_MAX = 0xffff_ffff
const PASSAGE_MAX = 0xffff_ffff
// Beyond any audio format; which ones there are is decided in `audio/formats.ts`.
const RATE_MAX = 1_000_000
const BITRATE_MAX = 1_000_000
