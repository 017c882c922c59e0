import { CoherenceSimulation, type Variant } from './coherence.ts'

/** `coherence-run.ts VARIANT SEED STEPS`: prints what came of it as one JSON value. */
const [variant = 'none', seed = '1', steps = '1000000'] = process.argv.slice(2)
const simulation = new CoherenceSimulation(Number(seed), variant as Variant)
await simulation.run(Number(steps))
const { violation, counts, time } = simulation
const wrong = violation === null ? await simulation.heal() : []
process.stdout.write(
  `${JSON.stringify({ steps: time.steps, violation: simulation.violation, wrong: wrong.slice(0, 5), counts })}\n`,
)
