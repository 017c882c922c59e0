import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openResampler } from '../../src/audio/resampler.ts'
import { cut, fitSine, levelDb, sine } from './signals.ts'

const RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000]

async function resample(pieces: readonly Int16Array[], inRate: number, outRate: number): Promise<Int16Array> {
  const resampler = await openResampler(inRate, outRate)
  try {
    const out = pieces.map((piece) => resampler.push(piece).slice())
    return Int16Array.from([...out, resampler.finish()].flatMap((piece) => [...piece]))
  } finally {
    resampler.free()
  }
}

for (const inRate of [16_000, 22_050, 24_000]) {
  for (const outRate of RATES) {
    test(`${inRate} to ${outRate} Hz keeps a tone's pitch, loudness and place in time`, async () => {
      const tone = sine(1_000, inRate, inRate)
      const resampled = await resample([tone], inRate, outRate)
      assert.ok(Math.abs(resampled.length - outRate) <= 1, `${resampled.length}`)
      const middle = resampled.subarray(outRate / 10, outRate - outRate / 10)
      const { amplitude, snrDb, phase } = fitSine(middle, 1_000, outRate)
      assert.ok(snrDb > 80, `SNR ${snrDb} dB`)
      assert.ok(Math.abs(amplitude / 16_000 - 1) < 0.01, `amplitude ${amplitude}`)
      // A tenth of a second is a whole number of periods. One sample late would be 0.13 at least.
      assert.ok(Math.abs(phase) < 0.05, `phase ${phase}`)
    })
  }
}

test('what the answer cannot hold is filtered out before', async () => {
  const resampled = await resample([sine(5_000, 22_050, 22_050)], 22_050, 8_000)
  assert.ok(levelDb(resampled.subarray(400, -400)) < -80)
})

test('it does not matter in what pieces samples come', async () => {
  const tone = sine(440, 22_050, 9_999)
  const rates = fc.constantFrom(...RATES)
  const places = fc.array(fc.nat({ max: tone.length }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(rates, places, async (outRate, at) => {
      assert.deepEqual(
        await resample(cut(tone, at), 22_050, outRate),
        await resample([tone], 22_050, outRate),
      )
    }),
    { numRuns: 40 },
  )
})

test('the length is exact, however short', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 3_000 }), fc.constantFrom(...RATES), async (count, outRate) => {
      const resampled = await resample([new Int16Array(count)], 22_050, outRate)
      assert.ok(Math.abs(resampled.length - (count * outRate) / 22_050) <= 1)
    }),
  )
})
