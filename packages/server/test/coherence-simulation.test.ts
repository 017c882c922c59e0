import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { VARIANTS, type Variant } from './simulation/coherence.ts'

/** More with `SIMULATION_STEPS`, the same again with `SIMULATION_SEED`. */
const STEPS = Number(process.env['SIMULATION_STEPS'] ?? 1_000_000)
const SEED = Number(process.env['SIMULATION_SEED'] ?? Date.now() % 1_000_000_000)
/** Walks in which what is broken on purpose must be found out, one of them at least. */
const BROKEN_SEEDS = [2, 3, 4]

/** Found by walks from other seeds, not understood yet: many nodes on PostgreSQL are not to be relied on until it is. */
const KNOWN =
  'seeds 430722976 (step 72,524) and 430705549 (step 395,671) end with a key accepted after it was revoked'

type Came = { steps: number; violation: string | null; wrong: string[]; counts: Record<string, number> }

/** A walk in a process of its own: the test runner follows every promise, which would take most of the time. */
async function walk(variant: Variant, seed: number, steps: number): Promise<Came> {
  const path = fileURLToPath(new URL('simulation/coherence-run.ts', import.meta.url))
  const words = [path, variant, String(seed), String(steps)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  assert.equal(code, 0)
  return JSON.parse(output)
}

test(`in ${STEPS} steps of nodes that are cut off, stand still and crash nothing is accepted after its revocation, and all comes right again`, {
  todo: KNOWN,
}, async (context) => {
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

for (const variant of VARIANTS) {
  if (variant === 'none') continue
  test(`the same walk finds out what is broken: ${variant}`, async (context) => {
    for (const seed of BROKEN_SEEDS) {
      const { violation, steps } = await walk(variant, seed, 1_000_000)
      if (violation === null) continue
      context.diagnostic(`seed ${seed}, ${steps} steps: ${violation}`)
      return
    }
    assert.fail(`not found with seeds ${BROKEN_SEEDS.join(', ')}`)
  })
}
