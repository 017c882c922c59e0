import assert from 'node:assert/strict'
import { test } from 'node:test'
import { companding } from '../../src/audio/companding.ts'
import { decode } from '../decoding.ts'

const ALL_SAMPLES = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
const ALL_BYTES = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index))

/** Half a quantising step at a decoded value, by the tables of G.711, and the sample beyond which it clips. */
const LAWS = {
  mulaw: {
    halfStep: (value: number) => 2 ** (Math.floor(Math.log2(Math.abs(value) + 132)) - 5),
    clip: 32_635,
  },
  alaw: {
    halfStep: (value: number) => 2 ** Math.max(3, Math.floor(Math.log2(Math.abs(value))) - 5),
    clip: 32_767,
  },
}

for (const law of ['mulaw', 'alaw'] as const) {
  const { halfStep, clip } = LAWS[law]
  const values = () => decode(ALL_BYTES, { codec: law, sampleRate: 8_000 })

  test(`${law}: no sample is off by more than half a step`, () => {
    const known = values()
    const bytes = companding(law)(ALL_SAMPLES)
    for (const [index, sample] of ALL_SAMPLES.entries()) {
      if (Math.abs(sample) > clip) continue
      const value = known[bytes[index] ?? 0] ?? 0
      assert.ok(Math.abs(value - sample) <= halfStep(value), `${sample} became ${value}`)
    }
  })

  test(`${law}: every value becomes itself again`, () => {
    const known = values()
    const again = companding(law)(known)
    for (const [byte, value] of known.entries()) assert.equal(known[again[byte] ?? 0], value)
  })
}

test('the codes of ITU-T G.711 for silence and the loudest samples', () => {
  const loudest = Int16Array.of(0, -1, 32_767, -32_768)
  assert.deepEqual([...companding('mulaw')(loudest)], [0xff, 0x7f, 0x80, 0x00])
  assert.deepEqual([...companding('alaw')(loudest)], [0xd5, 0x55, 0xaa, 0x2a])
})
