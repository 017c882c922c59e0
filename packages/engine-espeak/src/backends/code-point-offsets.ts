/** UTF-16 offset of each code point of a text, and last the text's length. */
export function codePointOffsets(text: string): number[] {
  const offsets: number[] = []
  let offset = 0
  for (const character of text) {
    offsets.push(offset)
    offset += character.length
  }
  offsets.push(text.length)
  return offsets
}
