import type { Engine } from '@kugelaudio/engine-host'

/**
 * Speaks sentences into nothing until the code that speaks has been compiled well. Steps begin short and are broken
 * off early, because the first ones are slow and a passage may come at any time.
 */
export function* warmUp(speak: Engine['speak']): Iterable<void> {
  for (let round = 0; round < ROUNDS; round++) {
    let piecesLeft = 1 + Math.floor(round / ROUNDS_PER_PIECE)
    speak(
      { text: SENTENCES[round % SENTENCES.length] ?? '', voice: 'en-us', speed: 1 },
      () => --piecesLeft > 0,
    )
    yield
  }
}

/** After so many, the JavaScript backend is as fast as it gets. */
const ROUNDS = 100
/** Rounds after which a step takes 100 ms of audio more. */
const ROUNDS_PER_PIECE = 4
const SENTENCES = [
  'Hi.',
  'One moment please.',
  'Hello, world!',
  'It costs $42.50 in 1998, the quick brown fox says.',
]
