import type { Pronunciation } from '@kugelaudio/engine-host'
import type { Backend } from './backends/backend.ts'
import { IPA_SYMBOLS } from './ipa-symbols.ts'
import { speakable } from './speakable.ts'

/** A text in which some words are written as espeak-ng's phonemes, and the way back to the text it was made of. */
export type Pronounced = { text: string; hasPhonemes: boolean; offsetOf(position: number): number }

/** Writes IPA as the phonemes of the voice that is set. What a voice has learned is kept, by the voice's name. */
export function createPronounce(backend: Backend) {
  const byVoice = new Map<string, Map<string, string>>()
  return (text: string, pronunciations: readonly Pronunciation[], voice: string): Pronounced => {
    const known = byVoice.get(voice) ?? new Map<string, string>()
    byVoice.set(voice, known)
    const phonemesOf = (ipa: string): string => {
      const names = symbolsOf(ipa).map((symbol) => nameOf(symbol, known, backend))
      return names.some((name) => /[^',\s:]/.test(name)) ? names.filter((name) => name !== '').join('|') : ''
    }
    return pronounced(text, pronunciations, phonemesOf)
  }
}

/** A part written as phonemes: where it begins and ends in what is written, and in the text. */
type Place = { from: number; to: number; start: number; end: number }

function pronounced(
  text: string,
  pronunciations: readonly Pronunciation[],
  phonemesOf: (ipa: string) => string,
): Pronounced {
  const places: Place[] = []
  let written = ''
  let at = 0
  for (const { start, end, ipa } of pronunciations) {
    const phonemes = phonemesOf(ipa)
    if (phonemes === '' || start < at) continue
    written += speakable(text.slice(at, start))
    const from = written.length
    written += `[[${phonemes}]]`
    places.push({ from, to: written.length, start, end })
    at = end
  }
  return {
    text: written + speakable(text.slice(at)),
    hasPhonemes: places.length > 0,
    offsetOf: (position) => offsetIn(places, position),
  }
}

function offsetIn(places: readonly Place[], position: number): number {
  let offset = position
  for (const { from, to, start, end } of places) {
    if (position < from) break
    if (position < to) return start
    offset = end + position - to
  }
  return offset
}

/** The symbols of a pronunciation; marks that no voice has are left out. */
function symbolsOf(ipa: string): string[] {
  const plain = ipa.normalize('NFD').replace(TIES, '')
  const symbols: string[] = []
  for (let at = 0; at < plain.length; ) {
    const length = LENGTHS.find((length) => isSymbol(plain.slice(at, at + length))) ?? 0
    if (length > 0) symbols.push(plain.slice(at, at + length))
    at += Math.max(1, length)
  }
  return symbols
}

const TIES = /\u0361|\u035c|[\u203f.|()]/gu
const LENGTHS = [3, 2, 1]
/** In the order in which they are written, decomposed. */
const SYMBOLS = new Map([...IPA_SYMBOLS].map(([symbol, names]) => [symbol.normalize('NFD'), names]))
const MARKS: Readonly<Record<string, string>> = { ˈ: "'", ˌ: ',', ː: ':', ˑ: '', ' ': ' ' }
const isSymbol = (part: string): boolean => SYMBOLS.has(part) || Object.hasOwn(MARKS, part)

/** What the voice calls a symbol: the name that it says as the symbol, else the first that it says at all. */
function nameOf(symbol: string, known: Map<string, string>, backend: Backend): string {
  const mark = MARKS[symbol]
  if (mark !== undefined) return mark
  const found = known.get(symbol)
  if (found !== undefined) return found
  const names = SYMBOLS.get(symbol) ?? []
  const said = names.map((name) => ({
    name,
    ipa: backend
      .saidAs(name)
      .replace(/[_\sˈˌ]/g, '')
      .normalize('NFD'),
  }))
  const name = (said.find(({ ipa }) => ipa === symbol) ?? said.find(({ ipa }) => ipa !== ''))?.name ?? ''
  known.set(symbol, name)
  return name
}
