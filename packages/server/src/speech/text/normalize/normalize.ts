import { composed } from '../nfc.ts'
import { type Edit, rewrite, type TrackedText, track } from '../tracked-text.ts'
import { LEXICONS } from './lexicons.ts'
import { isWrittenOut } from './nouns.ts'
import { dateInDigits, dayAfterMonth, dayBeforeMonth, dayBeforeRange } from './rules/dates.ts'
import { currencyFirst, currencyLast } from './rules/money.ts'
import {
  bareFraction,
  decade,
  dotted,
  feetAndInches,
  fraction,
  germanCompound,
  number,
  ordinal,
  signed,
} from './rules/numbers.ts'
import { phoneNumber } from './rules/phones.ts'
import { type Found, matchAt, type Reading, type Rule } from './rules/rule.ts'
import { symbol } from './rules/symbols.ts'
import { timeOfDay } from './rules/times.ts'
import { address } from './rules/web.ts'
import { abbreviation, LETTERS, roman, street } from './rules/words.ts'

/**
 * Writes numbers, dates, times, sums, units, abbreviations, addresses and signs in words (wire reference, section 6.5).
 * Languages that have no tables here get Unicode's composed form and are otherwise left to the engine.
 */
export const normalize = (text: string, language: string): TrackedText => normalized(track(text), language)

/** The same for a text that was made of another. */
export function normalized(source: TrackedText, language: string): TrackedText {
  let tracked = composed(source)
  if (!isWrittenOut(language)) return tracked
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const { edits } = findings({ text: tracked.text, language, lexicon: LEXICONS[language] })
    if (edits.length === 0) break
    tracked = rewrite(tracked, edits)
  }
  return tracked
}

/** What was written out can make the rest readable ("§IV" is "section IV" is "section four"), seldom more than once. */
const PASSES_MAX = 6

/** What is to be changed, and how many rules were tried for it: a measure of the work. */
export function findings(reading: Reading): { edits: Edit[]; tries: number } {
  const edits = new Edits(reading.text)
  let tries = 0
  let at = 0
  const { text } = reading
  let begun = 0
  while (at < text.length) {
    let found: Found | null = null
    for (const rule of rulesAt(text, at, at === begun)) {
      tries++
      found = rule(reading, at)
      if (found !== null) break
    }
    if (found !== null) {
      for (const edit of found.edits) edits.add(edit)
      at = Math.max(found.end, at + 1)
      begun = at
    } else {
      at += matchAt(LETTERS, text, at)?.[0].length ?? 1
    }
  }
  return { edits: edits.done(), tries }
}

const WORD_RULES: readonly Rule[] = [currencyFirst, abbreviation, street, address, dayAfterMonth, roman]
const DIGIT_RULES: readonly Rule[] = [
  address,
  dateInDigits,
  timeOfDay,
  phoneNumber,
  currencyLast,
  dayBeforeRange,
  dayBeforeMonth,
  decade,
  germanCompound,
  feetAndInches,
  ordinal,
  fraction,
  dotted,
  number,
]
/** A number right after letters is only that: MP3, B2B. */
const INNER_DIGIT_RULES: readonly Rule[] = [number]
const SIGN_RULES: readonly Rule[] = [currencyFirst, phoneNumber, signed, symbol]
const OTHER_RULES: readonly Rule[] = [currencyFirst, phoneNumber, decade, fraction, symbol]
const POINT_RULES: readonly Rule[] = [bareFraction]
const NO_RULES: readonly Rule[] = []

/** `isBegun`: what stands before has been read already, so that this is a beginning whatever it is. */
function rulesAt(text: string, at: number, isBegun: boolean): readonly Rule[] {
  const unit = text.charCodeAt(at)
  if (unit >= 0x30 && unit <= 0x39)
    return !isBegun && isLetter(text, at - 1) ? INNER_DIGIT_RULES : DIGIT_RULES
  if (unit === 0x20 || unit === 0x0a || unit === 0x2c) return NO_RULES
  if (unit === 0x2e) return POINT_RULES
  if (unit === 0x2d || unit === 0x2b || unit === 0x2212) return SIGN_RULES
  if (isLetter(text, at)) return at > 0 && !isBegun && isInner(text, at - 1) ? NO_RULES : WORD_RULES
  return OTHER_RULES
}

const isLetter = (text: string, at: number): boolean => LETTER.test(text[at] ?? '')
/** Letters after digits or within a word of them are no beginning. */
const isInner = (text: string, at: number): boolean => INNER.test(text[at] ?? '')
const LETTER = /[\p{L}\p{M}]/u
const INNER = /[\p{L}\p{M}\p{N}]/u

/** Edits in order, with blanks where words would touch. */
class Edits {
  readonly #text: string
  readonly #edits: Edit[] = []

  constructor(text: string) {
    this.#text = text
  }

  add(edit: Edit): void {
    const last = this.#edits.at(-1)
    const isAdjacent = last !== undefined && last.to === edit.from
    if (last !== undefined && !isAdjacent) this.#close(last)
    const before = isAdjacent ? last.text.at(-1) : this.#text[edit.from - 1]
    this.#edits.push({ ...edit, text: joinedTo(before ?? ' ', edit.text) })
  }

  done(): Edit[] {
    const last = this.#edits.at(-1)
    if (last !== undefined) this.#close(last)
    return this.#edits.flatMap(apart)
  }

  /** Ends an edit after which the text goes on. */
  #close(last: Edit): void {
    const next = this.#text[last.to] ?? ''
    if (/\s$/.test(last.text) && (next === '' || /[\s.,;:!?)\]]/.test(next))) last.text = last.text.trimEnd()
    else if (INNER.test(next) && INNER.test(last.text.at(-1) ?? '')) last.text += ' '
  }
}

/** The blanks around what is said stand for nothing: a sentence may end between them and the word. */
function apart(edit: Edit): Edit[] {
  const said = edit.text.trim()
  if (said === edit.text || said === '') return [edit]
  const lead = edit.text.slice(0, edit.text.indexOf(said))
  const tail = edit.text.slice(lead.length + said.length)
  const parts = [
    { from: edit.from, to: edit.from, text: lead },
    { ...edit, text: said },
    { from: edit.to, to: edit.to, text: tail },
  ]
  return parts.filter(({ text }) => text !== '')
}

/** A text as it goes on after a unit: one blank between words, none twice. */
function joinedTo(before: string, text: string): string {
  if (/\s/.test(before)) return text.trimStart()
  return INNER.test(before) && INNER.test(text[0] ?? '') ? ` ${text}` : text
}
