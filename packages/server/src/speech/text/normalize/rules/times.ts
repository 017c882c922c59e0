import type { TimeOfDay } from '../lexicons/lexicon.ts'
import { around, type Found, matchAt, type Reading, type Rule } from './rule.ts'

const CLOCK = /(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])/y
/** Hours and minutes as some languages also write them. */
const LOCAL: Partial<Record<string, RegExp>> = {
  de: /(\d{1,2})(?:[.:](\d{2}))?(?=[ \u00a0]?Uhr(?!\p{L}))/uy,
  nl: /(\d{1,2})(?:[.:](\d{2}))?(?=[ \u00a0]?uur(?!\p{L}))/uy,
  fr: /(\d{1,2})[ \u00a0]?h(?:[ \u00a0]?(\d{2})(?![ \u00a0]?min))?(?![\p{L}\d])/uy,
  pt: /(\d{1,2})[ \u00a0]?h(?:(\d{2}))?(?![\p{L}\d])/uy,
  es: /(\d{1,2})\.(\d{2})(?=[ \u00a0]h(?!\p{L}))/uy,
  it: /(?<=(?:[Oo]re|[Aa]lle)[ \u00a0])(\d{1,2})\.(\d{2})(?![.,]?\d)/uy,
  pl: /(?<=(?:[Gg]odz\.|[Gg]odzin[aey]|[Gg]odzinie)[ \u00a0])(\d{1,2})\.(\d{2})(?![.,]?\d)/uy,
}
/** Said with the time, so not to be said again. */
const SUFFIX: Partial<Record<string, RegExp>> = {
  de: /[ \u00a0]?Uhr(?!\p{L})/uy,
  nl: /[ \u00a0]?uur(?!\p{L})/uy,
  es: /[ \u00a0]?h(?:oras|rs)?\.?(?!\p{L})/uy,
  fr: /[ \u00a0]?(?:heures|h)(?!\p{L})/uy,
  pt: /[ \u00a0]?(?:horas|h)(?!\p{L})/uy,
}
const HALF = /[ \u00a0]?([ap])(?:\.[ ]?m\.|m)(?![\p{L}\d])/iuy
const HOUR_AND_HALF = /(\d{1,2})(?=[ \u00a0]?[ap](?:\.[ ]?m\.|m)(?![\p{L}\d]))/iuy
const TO = /[ \u00a0]?[-–][ \u00a0]?(?=\d{1,2}(?::\d{2}|[ \u00a0]?(?:h|[ap]\.?[ ]?m)))/y

/** Times of day: 14:30, 2:30 pm, 14.30 Uhr, 14h30. */
export const timeOfDay: Rule = (reading, at) => {
  const { text, language } = reading
  const local = LOCAL[language]
  const clock =
    matchAt(CLOCK, text, at) ??
    (local === undefined ? null : matchAt(local, text, at)) ??
    (language === 'en' ? matchAt(HOUR_AND_HALF, text, at) : null)
  if (clock === null) return null
  const hours = Number(clock[1])
  const minutes = Number(clock[2] ?? 0)
  const seconds = clock[3] === undefined ? null : Number(clock[3])
  if (hours > 24 || minutes > 59 || (seconds ?? 0) > 59) return null
  return said(reading, at, at + clock[0].length, { hours, minutes, seconds, half: null })
}

function said(
  { text, lexicon, language }: Reading,
  at: number,
  clockEnd: number,
  time: TimeOfDay,
): Found | null {
  const suffix = SUFFIX[language]
  const half = language === 'en' ? matchAt(HALF, text, clockEnd) : null
  const more = half ?? (suffix === undefined ? null : matchAt(suffix, text, clockEnd))
  const end = clockEnd + (more?.[0].length ?? 0)
  const halfName = half === null ? null : half[1]?.toLowerCase() === 'a' ? 'am' : 'pm'
  const words = lexicon.time({ ...time, half: halfName }, around(text, at, end))
  // The full stop of "p.m." at the end of a sentence ends that, too.
  const stop = half?.[0].endsWith('.') && /^(?:\s*$|\s+\p{Lu})/u.test(text.slice(end, end + 8)) ? '.' : ''
  const edits = [{ from: at, to: end, text: words + stop }]
  const to = matchAt(TO, text, end)
  if (to === null) return { end, edits }
  const joint = lexicon.to === '' ? ', ' : ` ${lexicon.to} `
  return { end: end + to[0].length, edits: [...edits, { from: end, to: end + to[0].length, text: joint }] }
}
