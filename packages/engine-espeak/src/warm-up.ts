import type { Engine } from '@kugelaudio/engine-host'

/** Speaks short sentences into nothing, one per step, until the code that speaks has been compiled well. */
export function* warmUp(speak: Engine['speak']): Iterable<void> {
  for (let round = 0; round < ROUNDS; round++) {
    speak({ text: SENTENCES[round % SENTENCES.length] ?? '', voice: 'en-us', speed: 1 }, () => true)
    yield
  }
}

/** After so many, the JavaScript backend is as fast as it gets. */
const ROUNDS = 80
const SENTENCES = [
  'Hello, world!',
  'One moment please.',
  'It costs $42.50 in 1998.',
  'The quick brown fox jumps over it.',
]
