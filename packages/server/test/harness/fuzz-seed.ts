import fc from 'fast-check'

const SEED = 20_261_123

/**
 * Properties of a file look at the same inputs in every run, so that a run says something about the change and not about
 * luck. `FUZZ_SEED=…` looks at others; what it finds belongs into a table of cases.
 */
export function sameInputsEveryRun(): void {
  fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? SEED) })
}
