import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openStretcher } from '../../src/audio/stretcher.ts'
import { cut, levelDb, sine } from './signals.ts'

const RATE = 24_000

async function stretch(pieces: readonly Int16Array[], tempo: number): Promise<Int16Array> {
  const stretcher = await openStretcher(RATE, tempo)
  try {
    const out = pieces.map((piece) => stretcher.push(piece))
    return Int16Array.from([...out, stretcher.finish()].flatMap((piece) => [...piece]))
  } finally {
    stretcher.free()
  }
}

/** The pitch of a tone: how often it rises through zero. */
function pitchOf(samples: Int16Array): number {
  let rises = 0
  for (const [at, sample] of samples.entries()) if (sample >= 0 && (samples[at - 1] ?? 0) < 0) rises++
  return (rises * RATE) / samples.length
}

for (const tempo of [0.5, 0.7, 1.5, 2]) {
  test(`a tempo of ${tempo} divides the time and keeps pitch and loudness`, async () => {
    const tone = sine(200, RATE, 2 * RATE)
    const stretched = await stretch([tone], tempo)
    assert.equal(stretched.length, Math.round(tone.length / tempo))
    const middle = stretched.subarray(RATE / 10, -RATE / 10)
    assert.ok(Math.abs(pitchOf(middle) / 200 - 1) < 0.03, `${pitchOf(middle)} Hz`)
    assert.ok(Math.abs(levelDb(middle) - levelDb(tone)) < 1)
  })
}

test('in whatever pieces samples come, their number is the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 20_000 }), { maxLength: 8 }),
      fc.constantFrom(0.5, 0.9, 1.3, 2),
      async (places, tempo) => {
        const tone = sine(150, RATE, 12_345)
        const stretched = await stretch(cut(tone, places), tempo)
        assert.equal(stretched.length, Math.round(tone.length / tempo))
      },
    ),
    { numRuns: 30 },
  )
})

test('nothing becomes nothing', async () => {
  assert.equal((await stretch([], 2)).length, 0)
  assert.equal((await stretch([new Int16Array(0)], 0.5)).length, 0)
})
