import type { UsageRow } from '../../api/usage.ts'
import type { Series } from '../../ui/bar-chart.tsx'
import type { Split } from './usage-search.ts'

export type Measure = 'characters' | 'audio_seconds' | 'requests' | 'errors'

/** Parts that have a colour of their own; the rest is one. */
const OWN_PARTS_MAX = 4

/** What a row is of, by what the view is split by. */
export function partOf(row: UsageRow, by: Split): string {
  switch (by) {
    case 'none':
      return ''
    case 'key':
      return row.key_name ?? row.key_id ?? ''
    case 'model':
      return row.model ?? ''
    case 'voice':
      return row.voice ?? ''
  }
}

/** The day or hour that a row is of. */
export const timeOf = ({ hour, day }: UsageRow): string => hour ?? day ?? ''

/** The biggest parts and the others, each by day or hour. */
export function seriesOf(
  rows: readonly UsageRow[],
  times: readonly string[],
  { by, measure, otherName }: { by: Split; measure: Measure; otherName: string },
): Series[] {
  const totals = new Map<string, number>()
  // By characters whatever is measured, so that a part has one colour in all drawings.
  for (const row of rows) totals.set(partOf(row, by), (totals.get(partOf(row, by)) ?? 0) + row.characters)
  const names = [...totals].sort(([, one], [, other]) => other - one).map(([name]) => name)
  const own = names.length > OWN_PARTS_MAX + 1 ? names.slice(0, OWN_PARTS_MAX) : names
  const shown = own.length < names.length ? [...own, otherName] : own
  return (shown.length === 0 ? [''] : shown).map((name) => ({
    name,
    values: times.map((time) =>
      rows
        .filter((row) => timeOf(row) === time && nameIn(own, partOf(row, by), otherName) === name)
        .reduce((sum, row) => sum + row[measure], 0),
    ),
  }))
}

const nameIn = (own: readonly string[], name: string, otherName: string): string =>
  own.includes(name) ? name : otherName

/** All of a measure, by day or hour. */
export const totalsOf = (rows: readonly UsageRow[], times: readonly string[], measure: Measure): number[] =>
  seriesOf(rows, times, { by: 'none', measure, otherName: '' })[0]?.values.slice() ?? []
