import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'

/** What a guesser would try first here. */
const PRODUCT_WORDS = ['kugel', 'kugelaudio', 'audio', 'speech']
/** Guesses that a password must outlast: those of a botnet against a server that throttles, for years. */
const GUESSES_LOG10_MIN = 8

/**
 * Demands a password that nobody guesses (NIST SP 800-63B-4, section 3.1.1.2): long enough, on no list of known ones, nor
 * made of one by repeating or counting, nor of what is known of the person. No rules of composition. Throws
 * `VALIDATION_ERROR`.
 */
export async function demandGoodPassword(password: string, known: readonly string[] = []): Promise<void> {
  const characters = [...password].length
  if (characters < PASSWORD_CHARACTERS_MIN || characters > PASSWORD_CHARACTERS_MAX) {
    throw new Failure(
      'VALIDATION_ERROR',
      `password: must have ${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters`,
    )
  }
  guesser ??= loadGuesser()
  const guess = await guesser
  if (guess(password, [...PRODUCT_WORDS, ...known.flatMap(wordsOf)]) < GUESSES_LOG10_MIN) {
    throw new Failure(
      'VALIDATION_ERROR',
      'password: is on lists of known passwords, or made of one; choose another',
    )
  }
}

const wordsOf = (text: string): string[] =>
  [text, ...text.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length > 2)

type Guess = (password: string, words: string[]) => number
let guesser: Promise<Guess> | undefined

/** The lists take a few megabytes: only a server where somebody chooses a password reads them. */
async function loadGuesser(): Promise<Guess> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  return (password, words) => zxcvbn.check(password, words).guessesLog10
}
