import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Variant } from './simulation/coherence.ts'
import { ranAlone } from './simulation/run-alone.ts'

/** More with `SIMULATION_STEPS`, the same again with `SIMULATION_SEED`. */
const STEPS = Number(process.env['SIMULATION_STEPS'] ?? 1_000_000)
const SEED = Number(process.env['SIMULATION_SEED'] ?? Date.now() % 1_000_000_000)
/** Walks in which what is broken on purpose is found out. */
const BROKEN_SEEDS: Record<Exclude<Variant, 'none'>, number> = {
  'lease from answer': 4,
  'no epoch check': 2,
  'announce before commit': 2,
  'serves before it has joined': 3,
  'lease by the monotonic clock alone': 5,
  'lease comes back when the clock is set back': 5,
}

type Came = { steps: number; violation: string | null; wrong: string[]; counts: Record<string, number> }

const walk = (variant: Variant, seed: number, steps: number, nodes = 3): Promise<Came> =>
  ranAlone('coherence-run.ts', [variant, seed, steps, '--nodes', nodes])

test(`in ${STEPS} steps of nodes that are cut off, stand still and crash nothing is accepted after its revocation, and all comes right again`, async (context) => {
  const { violation, wrong, counts, steps } = await walk('none', SEED, STEPS)
  context.diagnostic(`seed ${SEED}: ${steps} steps, ${JSON.stringify(counts)}`)
  assert.deepEqual(
    { violation, wrong },
    { violation: null, wrong: [] },
    `repeat it with SIMULATION_SEED=${SEED}`,
  )
  for (const what of [
    'revoked',
    'applied',
    'lease expired',
    'severed',
    'cut',
    'stop',
    'suspend',
    'crash',
    'gone',
  ])
    assert.ok((counts[what] ?? 0) > 0, `the walk never came to ${what}`)
})

test('the same holds among a hundred nodes, of which one is nearly always in trouble', async (context) => {
  const { violation, wrong, counts, steps } = await walk('none', SEED, STEPS / 5, 100)
  context.diagnostic(`seed ${SEED}: ${steps} steps, ${JSON.stringify(counts)}`)
  assert.deepEqual(
    { violation, wrong },
    { violation: null, wrong: [] },
    `repeat it with SIMULATION_SEED=${SEED}`,
  )
})

for (const [variant, seed] of Object.entries(BROKEN_SEEDS) as [Variant, number][])
  test(`the same walk finds out what is broken: ${variant}`, async (context) => {
    const { violation, steps } = await walk(variant, seed, 1_000_000)
    assert.ok(violation !== null, `not found with seed ${seed} in ${steps} steps`)
    context.diagnostic(`seed ${seed}, ${steps} steps: ${violation}`)
  })
