import type { Tokenizer } from 'lindera-wasm-nodejs-ipadic'

/** A text as it is pronounced, and the way back to the text it was made of. */
export type Reading = {
  text: string
  /** UTF-16 offset in the original for one in the reading. */
  offsetOf(position: number): number
}

/** Whether the package that reads kanji is installed. */
export function canReadJapanese(): boolean {
  try {
    import.meta.resolve(PACKAGE)
    return true
  } catch {
    return false
  }
}

/**
 * Writes Japanese as it is pronounced, in katakana: espeak-ng only names kanji. The dictionary (IPADIC, within the
 * package) is loaded on first use: about 0.3 s and 150 MB.
 */
export async function readJapanese(text: string): Promise<Reading> {
  tokenizer ??= await openTokenizer()
  return reading(text, tokenizer.tokenize(text))
}

const PACKAGE = 'lindera-wasm-nodejs-ipadic'
let tokenizer: Tokenizer | undefined

async function openTokenizer(): Promise<Tokenizer> {
  const { default: lindera } = await import('lindera-wasm-nodejs-ipadic')
  const builder = new lindera.TokenizerBuilder()
  builder.setDictionary('embedded://ipadic')
  builder.setMode('normal')
  builder.setKeepWhitespace(true)
  return builder.build()
}

/** What is used of a token; IPADIC's part of speech, and how it is said. Both may be absent or `*`. */
type Token = { surface: string; partOfSpeech?: string; pronunciation?: string }

/** A part of the reading and the part of the text it stands for. */
type Piece = { readingStart: number; start: number; spoken: string; surface: string }

function reading(text: string, tokens: readonly Token[]): Reading {
  const pieces: Piece[] = []
  let written = ''
  let at = 0
  for (const token of tokens) {
    const start = text.indexOf(token.surface, at)
    if (start === -1) continue
    written += text.slice(at, start)
    at = start + token.surface.length
    if (/\S$/.test(written) && beginsPhrase(token)) written += ' '
    const spoken = isMonth(token, text[start - 1]) ? 'ガツ' : pronunciationOf(token)
    pieces.push({ readingStart: written.length, start, spoken, surface: token.surface })
    written += spoken
  }
  return { text: written + text.slice(at), offsetOf: (position) => offsetIn(pieces, position, text.length) }
}

/** Particles and endings are said in one breath with what they follow, and so is what is no word. */
function beginsPhrase({ partOfSpeech, surface }: Token): boolean {
  return /[\p{L}\p{N}]/u.test(surface) && !ENCLITICS.has(partOfSpeech ?? '')
}

// Particle, auxiliary verb, symbol.
const ENCLITICS = new Set(['助詞', '助動詞', '記号'])

function pronunciationOf({ surface, pronunciation }: Token): string {
  if (pronunciation === undefined || pronunciation === '*' || !JAPANESE.test(surface)) return surface
  return pronunciation
}

/** The dictionary knows only the moon (ツキ) where the number before it is written in digits. */
const isMonth = ({ surface }: Token, before: string | undefined): boolean =>
  surface === '月' && /[0-9０-９]/.test(before ?? '')

const JAPANESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々〆ヶ]/u

function offsetIn(pieces: readonly Piece[], position: number, textLength: number): number {
  const piece = pieces.findLast(({ readingStart }) => readingStart <= position)
  if (piece === undefined) return Math.min(position, textLength)
  const within = Math.min(position - piece.readingStart, piece.surface.length - 1)
  return piece.spoken === piece.surface ? piece.start + within : piece.start
}
