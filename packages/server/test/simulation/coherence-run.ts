import { parseArgs } from 'node:util'
import { CoherenceSimulation, type Variant } from './coherence.ts'

/**
 * `coherence-run.ts VARIANT SEED STEPS [--nodes N] [--calm]`: prints what came of it as one JSON value. With `--calm`
 * nothing goes wrong: what it says of statements, messages and windows is what the protocol costs.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { nodes: { type: 'string', default: '3' }, calm: { type: 'boolean', default: false } },
})
const [variant = 'none', seed = '1', steps = '1000000'] = positionals
const nodes = Number(values.nodes)
const walk = { nodes, isCalm: values.calm }
const simulation = new CoherenceSimulation(Number(seed), variant as Variant, walk)
await simulation.run(Number(steps))
const { violation, counts, time, traffic, windowsMs } = simulation
const lasted = { seconds: time.nowMs / 1_000, traffic: { ...traffic }, windowMs: spread(windowsMs) }
const wrong = violation === null ? await simulation.heal() : []
process.stdout.write(
  `${JSON.stringify({ nodes, steps: time.steps, violation: simulation.violation, wrong: wrong.slice(0, 5), counts, ...lasted })}\n`,
)

function spread(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
