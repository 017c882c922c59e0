import { type Aim, meetsAim, type Row } from './row.ts'

const WIDTHS = { what: 56, median: 10, unit: 7, spread: 20, ratio: 24 }

/** The names of the columns. */
export const headLine = (): string =>
  `  ${line('what', 'median', 'unit', 'middle half', 'ratio')}aim`.trimEnd()

/** A row as it is printed. */
export function rowLine(row: Row): string {
  const { what, median, unit, spread, ratio, aim, note } = row
  const columns = line(
    what,
    median === null ? '–' : figures(median),
    unit,
    spread === undefined ? '' : `${figures(spread[0])} – ${figures(spread[1])}`,
    ratio === undefined ? '' : `${ratio.value.toFixed(2)} of ${ratio.to}`,
  )
  return `  ${columns}${aim === undefined ? '' : aimText(row, aim)}${note ?? ''}`.trimEnd()
}

function aimText(row: Row, { is, than }: Aim): string {
  const met = meetsAim(row)
  return `${is} ${than}: ${met === null ? 'not measured' : met ? 'met' : 'MISSED'}`
}

function line(what: string, median: string, unit: string, spread: string, ratio: string): string {
  return [
    what.padEnd(WIDTHS.what),
    median.padStart(WIDTHS.median),
    ` ${unit.padEnd(WIDTHS.unit)}`,
    spread.padEnd(WIDTHS.spread),
    ratio.padEnd(WIDTHS.ratio),
  ].join(' ')
}

/** Three figures that matter. */
function figures(value: number): string {
  if (Number.isNaN(value)) return '?'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}
