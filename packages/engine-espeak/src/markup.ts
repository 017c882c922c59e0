/** A text in which nothing is markup, and the way back to the one it was made of. */
export type EscapedText = {
  text: string
  /** UTF-16 offset in the original of the code point with this index in the escaped text. */
  offsetOf(codePointIndex: number): number
}

/** Escapes what SSML would read as tags or entities. */
export function escapeMarkup(text: string): EscapedText {
  let escaped = ''
  const offsets: number[] = []
  let offset = 0
  for (const character of text) {
    const written = ENTITIES[character] ?? character
    escaped += written
    for (const _ of written) offsets.push(offset)
    offset += character.length
  }
  const offsetOf = (index: number) => offsets[Math.max(0, index)] ?? text.length
  return { text: escaped, offsetOf }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
