import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ranAlone } from './simulation/run-alone.ts'

/** More with `SIMULATION_STEPS`, the same again with `SIMULATION_SEED`. */
const STEPS = Number(process.env['SIMULATION_STEPS'] ?? 100_000)
const SEED = Number(process.env['SIMULATION_SEED'] ?? Date.now() % 1_000_000_000)

test(`in ${STEPS} random steps no key is accepted after its end and none refused before it`, async (context) => {
  const counts = await ranAlone<Record<string, number>>('key-layer-run.ts', [SEED, STEPS])
  context.diagnostic(`seed ${SEED}: ${JSON.stringify(counts)}`)
  for (const what of ['granted', 'unauthorized', 'forbidden', 'raced', 'rotate', 'revoke', 'crash']) {
    assert.ok((counts[what] ?? 0) > 0, `the walk never came to ${what}`)
  }
})
