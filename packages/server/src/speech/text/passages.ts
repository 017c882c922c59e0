import { Failure } from '../../failure.ts'
import { cutSentence } from './cut.ts'
import { applyDictionary, type Dictionary } from './dictionaries.ts'
import { NO_OPEN_TAGS, type OpenTags, readMarkup, type Span } from './markup.ts'
import { composed } from './nfc.ts'
import { normalized } from './normalize/normalize.ts'
import { sentenceEnds } from './sentences.ts'
import { spelled } from './spell.ts'
import { join, type Range, rangeOf, slice, type TrackedText } from './tracked-text.ts'

/** Part of a passage's text that is said by its pronunciation; UTF-16 offsets into the text. */
export type Pronunciation = Range & { ipa: string }

/** A piece of a text that is spoken in one go. */
export type TextPassage = {
  /** What is said, and where each part of it comes from. An empty text is a pause. */
  spoken: TrackedText
  /** The caller's own text that it stands for, with what leads to it and is not spoken. */
  source: string
  /** Where that begins in all that the caller has sent (UTF-16). */
  start: number
  /** Silence before it, in ms. */
  leadMs: number
  /** What the text itself asks for; null leaves it to the request. */
  speed: number | null
  pronunciations: readonly Pronunciation[]
}

/** How a text is read. */
export type TextSettings = { language: string; normalize: boolean; dictionary: Dictionary | null }

/** Where a piece of a stream stands, and what earlier pieces left: open tags, and units that dictionaries have added. */
export type TextPlace = { start: number; open: OpenTags; added: number }

/** Of a text. */
export const BEGINNING: TextPlace = { start: 0, open: NO_OPEN_TAGS, added: 0 }

/** The pause between sentences, which an engine does not make at the edge of what it is given. */
export const SENTENCE_PAUSE_MS = 300
/** The pause where a long sentence had to be cut. */
const CUT_PAUSE_MS = 60
/** The pause between the groups of a spelling. */
const GROUP_PAUSE_MS = 200
/** Of one passage; longer silences are several. */
const LEAD_MS_MAX = 60_000

/** Of one passage, as many as a host takes in one command at their full length. The words after them are said as written. */
const PRONUNCIATIONS_MAX = 80

const SPEAKABLE = /[\p{L}\p{N}\p{S}\p{Emoji_Presentation}&%@#]/u

/**
 * The passages of a text, in order, and what it leaves to the next piece. Nothing is lost. Throws `VALIDATION_ERROR` where
 * dictionaries make far too much of it.
 */
export function textPassages(
  text: string,
  settings: TextSettings,
  { start, open, added }: TextPlace = BEGINNING,
): { passages: TextPassage[]; left: TextPlace } {
  const markup = readMarkup(text, start, open)
  const passages = new Passages(text, start)
  const named = namedSpans(markup.spans, settings.dictionary, added)
  for (const span of spansToSay(named.spans, settings)) passages.add(span, settings.language)
  const left = { start: start + text.length, open: markup.open, added: named.added }
  return { passages: passages.done(settings.language), left }
}

/**
 * UTF-16 units that dictionaries may add to a text, all in all: as many as a text has at most. Without it a text of
 * one-letter words would become hours of speech for the price of a page.
 */
const ADDED_MAX = 10_000

/** Spans composed, with their words as a dictionary has them, and what that has added so far. */
function namedSpans(
  spans: readonly Span[],
  dictionary: Dictionary | null,
  added: number,
): { spans: Span[]; added: number } {
  const clean = spans.map((span) => (span.kind === 'text' ? { ...span, text: composed(span.text) } : span))
  if (dictionary === null) return { spans: clean, added }
  const named = applyDictionary(clean, dictionary)
  const addedNow = added + Math.max(0, lengthOf(named) - lengthOf(clean))
  if (addedNow > ADDED_MAX)
    throw new Failure(
      'VALIDATION_ERROR',
      `text: dictionaries make it more than ${ADDED_MAX} characters longer; shorten their replacements, or the text`,
    )
  return { spans: named, added: addedNow }
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + (span.kind === 'pause' ? 0 : span.text.text.length), 0)

/** Spans with everything in them as it is to be said. */
function spansToSay(spans: readonly Span[], { language, normalize }: TextSettings): Span[] {
  return spans.flatMap((span): Span[] => {
    switch (span.kind) {
      case 'text':
        return [normalize ? { ...span, text: normalized(span.text, language) } : span]
      case 'spell':
        return spelledSpans(span, language)
      default:
        return [span]
    }
  })
}

function spelledSpans(span: Extract<Span, { kind: 'spell' }>, language: string): Span[] {
  return spelled(span.text, language, span.group).flatMap((text, index): Span[] => {
    const said: Span = { kind: 'text', text, speed: span.speed }
    const { start } = rangeOf(text, 0, 0)
    return index === 0 ? [said] : [{ kind: 'pause', ms: GROUP_PAUSE_MS, range: { start, end: start } }, said]
  })
}

/** Puts passages together of spans. */
class Passages {
  readonly #text: string
  readonly #start: number
  readonly #passages: TextPassage[] = []
  #parts: TrackedText[] = []
  #length = 0
  #pronunciations: Pronunciation[] = []
  #speed: number | null = null
  #pauseMs = 0
  #end: number

  constructor(text: string, start: number) {
    this.#text = text
    this.#start = start
    this.#end = start
  }

  add(span: Span, language: string): void {
    if (span.kind === 'pause') {
      this.#say(language)
      this.#pauseMs += span.ms
      return
    }
    if (span.speed !== this.#speed) this.#say(language)
    this.#speed = span.speed
    const start = this.#length
    this.#parts.push(span.text)
    this.#length += span.text.text.length
    if (span.kind === 'ipa') this.#pronunciations.push({ start, end: this.#length, ipa: span.ipa })
  }

  done(language: string): TextPassage[] {
    this.#say(language)
    for (; this.#pauseMs > 0; this.#pauseMs -= LEAD_MS_MAX) {
      this.#put(
        { text: '', origins: [] },
        this.#start + this.#text.length,
        Math.min(this.#pauseMs, LEAD_MS_MAX),
        [],
      )
    }
    return this.#passages
  }

  /** Cuts what has come together into passages. */
  #say(language: string): void {
    const run = join(this.#parts)
    const pronunciations = this.#pronunciations
    this.#parts = []
    this.#length = 0
    this.#pronunciations = []
    let isBegun = false
    let from = 0
    for (const to of [...sentenceEnds(run.text, language), run.text.length]) {
      if (to <= from || pronunciations.some(({ start, end }) => start < to && to < end)) continue
      for (const [index, piece] of cutSentence(
        { start: from, end: to },
        run.text,
        pronunciations,
      ).entries()) {
        if (!SPEAKABLE.test(run.text.slice(piece.start, piece.end))) continue
        this.#speak(run, piece, pronunciations, index > 0 ? CUT_PAUSE_MS : isBegun ? SENTENCE_PAUSE_MS : 0)
        isBegun = true
      }
      from = to
    }
  }

  #speak(run: TrackedText, piece: Range, pronunciations: readonly Pronunciation[], pauseMs: number): void {
    for (; this.#pauseMs > LEAD_MS_MAX; this.#pauseMs -= LEAD_MS_MAX)
      this.#put({ text: '', origins: [] }, this.#end, LEAD_MS_MAX, [])
    const spoken = slice(run, piece.start, piece.end)
    const within = pronunciations
      .filter(({ start, end }) => start >= piece.start && end <= piece.end)
      .slice(0, PRONUNCIATIONS_MAX)
      .map(({ start, end, ipa }) => ({ start: start - piece.start, end: end - piece.start, ipa }))
    this.#put(spoken, rangeOf(run, piece.start, piece.end).end, Math.max(this.#pauseMs, pauseMs), within)
    this.#pauseMs = 0
  }

  #put(spoken: TrackedText, end: number, leadMs: number, pronunciations: Pronunciation[]): void {
    const start = this.#end
    this.#end = Math.max(start, end)
    const source = this.#text.slice(start - this.#start, this.#end - this.#start)
    this.#passages.push({ spoken, source, start, leadMs, speed: this.#speed, pronunciations })
  }
}
