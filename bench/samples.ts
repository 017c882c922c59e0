import type { Row } from './row.ts'

/** What was measured of one contender, round by round. */
export type Samples = readonly number[]

/** The value below which a share of the samples lies; `share` from 0 to 1. */
export function quantile(samples: Samples, share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export const median = (samples: Samples): number => quantile(samples, 0.5)

/** Median and quartiles, as a row has them. */
export const summary = (samples: Samples): Pick<Row, 'median' | 'spread'> => ({
  median: median(samples),
  spread: [quantile(samples, 0.25), quantile(samples, 0.75)],
})

/** The median of what each round says: rounds are short, so both sides of a ratio had the same machine. */
export function ratioTo(to: string, samples: Samples, others: Samples): { to: string; value: number } {
  return { to, value: median(samples.map((sample, round) => sample / (others[round] ?? Number.NaN))) }
}

/**
 * Lets contenders take turns, A B C A B C …, and answers what each said, round by round. The first rounds, in which code
 * is compiled and caches fill, do not count.
 */
export async function interleave<Name extends string, Said>(
  contenders: Record<Name, () => Said | Promise<Said>>,
  { rounds, warmUps }: { rounds: number; warmUps: number },
): Promise<Record<Name, Said[]>> {
  const names = Object.keys(contenders) as Name[]
  const said = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Said[]>
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const name of names) {
      const sample = await contenders[name]()
      if (round >= warmUps) said[name].push(sample)
    }
  }
  return said
}
