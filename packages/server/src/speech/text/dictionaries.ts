import type { Span } from './markup.ts'
import { rangeOf, standIn, TextBuilder, type TrackedText } from './tracked-text.ts'

/** How a word is to be said: as another text, or by its pronunciation, with the text for engines without phonemes. */
export type DictionaryEntry = {
  word: string
  replacement: string
  ipa: string | null
  caseSensitive: boolean
}

/** Entries, so arranged that a text is looked through once, however many there are. Made once, used for many texts. */
export type Dictionary = {
  readonly exact: ReadonlyMap<string, DictionaryEntry>
  readonly folded: ReadonlyMap<string, DictionaryEntry>
  /** Lengths of the words that begin with these two units, folded; the longest first. */
  readonly lengths: ReadonlyMap<string, readonly number[]>
}

/** Arranges entries. Of several for one word the last counts. */
export function dictionaryOf(entries: Iterable<DictionaryEntry>): Dictionary {
  const exact = new Map<string, DictionaryEntry>()
  const folded = new Map<string, DictionaryEntry>()
  const lengths = new Map<string, Set<number>>()
  for (const entry of entries) {
    const word = entry.word.normalize('NFC').trim()
    if (word === '') continue
    if (entry.caseSensitive) exact.set(word, entry)
    else folded.set(fold(word), entry)
    const beginning = fold(word).slice(0, KEY_LENGTH)
    lengths.set(beginning, (lengths.get(beginning) ?? new Set()).add(word.length))
  }
  const sorted = [...lengths].map(
    ([beginning, found]) => [beginning, [...found].sort((a, b) => b - a)] as const,
  )
  return { exact, folded, lengths: new Map(sorted) }
}

/**
 * Writes words as a dictionary has them: whole words (in scripts without spaces wherever they stand), the longest
 * first. What has been replaced is not looked at again. Spelled text stays as it is.
 */
export function applyDictionary(spans: readonly Span[], dictionary: Dictionary): Span[] {
  if (dictionary.lengths.size === 0) return [...spans]
  return spans.flatMap((span) =>
    span.kind === 'text' ? replaced(span.text, span.speed, dictionary) : [span],
  )
}

/** Length of the beginnings by which words are found. */
const KEY_LENGTH = 2

function replaced(tracked: TrackedText, speed: number | null, dictionary: Dictionary): Span[] {
  const { text } = tracked
  const foldedText = fold(text)
  const spans: Span[] = []
  let builder = new TextBuilder()
  let done = 0
  for (let at = 0; at < text.length; at++) {
    const found = entryAt(text, foldedText, at, dictionary)
    if (found === null) continue
    const { entry, end } = found
    const said = standIn(entry.replacement, rangeOf(tracked, at, end))
    builder.add(tracked, done, at)
    if (entry.ipa === null) builder.put(said)
    else {
      spans.push(
        { kind: 'text', text: builder.built(), speed },
        { kind: 'ipa', text: said, ipa: entry.ipa, speed },
      )
      builder = new TextBuilder()
    }
    done = end
    at = end - 1
  }
  builder.add(tracked, done, text.length)
  spans.push({ kind: 'text', text: builder.built(), speed })
  return spans.filter((span) => span.kind !== 'text' || span.text.origins.length > 0)
}

function entryAt(
  text: string,
  foldedText: string,
  at: number,
  { exact, folded, lengths }: Dictionary,
): { entry: DictionaryEntry; end: number } | null {
  const candidates = [foldedText.slice(at, at + KEY_LENGTH), foldedText.slice(at, at + 1)]
  if (!candidates.some((beginning) => lengths.has(beginning)) || !isEdge(text, at)) return null
  for (const beginning of candidates) {
    for (const length of lengths.get(beginning) ?? []) {
      const end = at + length
      const entry = exact.get(text.slice(at, end)) ?? folded.get(foldedText.slice(at, end))
      if (entry !== undefined && end <= text.length && isEdge(text, end)) return { entry, end }
    }
  }
  return null
}

/** Whether a word may begin or end between two units. */
function isEdge(text: string, at: number): boolean {
  const before = characterBefore(text, at)
  const after = String.fromCodePoint(text.codePointAt(at) ?? 0x20)
  if (/[\udc00-\udfff]/.test(after) && at > 0) return false
  if (!WORD.test(before) || !WORD.test(after)) return true
  return !MARK.test(after) && (UNSPACED.test(before) || UNSPACED.test(after))
}

function characterBefore(text: string, at: number): string {
  if (at === 0) return ' '
  const isPair = /[\udc00-\udfff]/.test(text[at - 1] ?? '') && at > 1
  return String.fromCodePoint(text.codePointAt(at - (isPair ? 2 : 1)) ?? 0x20)
}

const WORD = /[\p{L}\p{N}\p{M}_]/u
const MARK = /\p{M}/u
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Lower case, with every unit where it was. */
function fold(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  let folded = ''
  for (const character of text) {
    const small = character.toLowerCase()
    folded += small.length === character.length ? small : character
  }
  return folded
}
