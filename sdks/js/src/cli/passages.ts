/** Characters after which a long text is cut at the next sentence. A server takes 10,000. */
const PASSAGE_CHARACTERS = 1_500
/** A sentence without an end is cut at a space, or in its midst. */
const PASSAGE_CHARACTERS_MAX = 4_000

/** Cuts a text of any length into passages that a server takes, at the ends of sentences. Nothing but blanks is lost. */
export function passagesOf(text: string): string[] {
  const passages: string[] = []
  for (let rest = text.trim(); rest !== ''; ) {
    const end = endOfPassage(rest)
    passages.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  return passages
}

function endOfPassage(text: string): number {
  if (text.length <= PASSAGE_CHARACTERS) return text.length
  const near = text.slice(PASSAGE_CHARACTERS, PASSAGE_CHARACTERS_MAX)
  const sentence = /[.!?…。！？]["'»”)]*\s|\n\s*\n/u.exec(near)
  if (sentence !== null) return PASSAGE_CHARACTERS + sentence.index + sentence[0].length
  if (text.length <= PASSAGE_CHARACTERS_MAX) return text.length
  const space = text.lastIndexOf(' ', PASSAGE_CHARACTERS_MAX)
  if (space > 0) return space
  // Half of a surrogate pair is no text.
  const isInPair = /[\uD800-\uDBFF]/.test(text.charAt(PASSAGE_CHARACTERS_MAX - 1))
  return PASSAGE_CHARACTERS_MAX - (isInPair ? 1 : 0)
}
