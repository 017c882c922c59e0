import { KeyLayerSimulation } from './key-layer-walk.ts'

/** `key-layer-run.ts SEED STEPS`: prints how often what came to be, as one JSON value; throws at the first wrong step. */
const [seed = '1', steps = '100000'] = process.argv.slice(2)
const simulation = new KeyLayerSimulation(Number(seed))
await simulation.start()
let step = 0
try {
  for (; step < Number(steps); step++) await simulation.step()
} catch (error) {
  throw new Error(`Step ${step}; repeat it with SIMULATION_SEED=${seed}`, { cause: error })
} finally {
  await simulation.layer.close()
}
process.stdout.write(`${JSON.stringify(simulation.counts)}\n`)
