/** One line of the table. */
export type Row = {
  what: string
  unit: string
  /** Null when it could not be measured; `note` says why. */
  median: number | null
  /** Lower and upper quartile. */
  spread?: readonly [number, number]
  /** Median of the ratios of the rounds, and to what. */
  ratio?: { to: string; value: number }
  aim?: Aim
  note?: string
}

/** What a row should be, and of which of its two numbers that is said. */
export type Aim = { of: 'median' | 'ratio'; is: 'at least' | 'below'; than: number }

/** A part of the bench: what it measures, and how. */
export type Part = {
  name: string
  /** One line of `--help`. */
  about: string
  run(options: BenchOptions): Promise<Row[]>
}

export type BenchOptions = {
  /** Another checkout to put into the same rounds, or null. */
  against: string | null
}

/** Whether a row is as it should be; null when nothing is said about it. */
export function meetsAim({ median, ratio, aim }: Row): boolean | null {
  const value = aim?.of === 'ratio' ? ratio?.value : median
  if (aim === undefined || value === undefined || value === null) return null
  return aim.is === 'at least' ? value >= aim.than : value < aim.than
}

/** Something that this machine cannot measure. */
export const notMeasured = (what: string, note: string): Row => ({ what, unit: '', median: null, note })
