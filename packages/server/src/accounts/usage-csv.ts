import type { UsageReport } from '@kugelaudio/contract'

const SUMS = ['requests', 'characters', 'audio_seconds', 'errors', 'first_audio_p50_ms', 'first_audio_p95_ms']

/** A report as CSV (RFC 4180): a line of names, then a line for each row; the sums stand behind what they are of. */
export function usageCsv({ series }: UsageReport, groupNames: readonly string[]): string {
  const names = [...groupNames, ...SUMS]
  const rows = series.map((row) => new Map<string, string | number | null>(Object.entries(row)))
  const lines = [names, ...rows.map((row) => names.map((name) => row.get(name) ?? ''))]
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('')
}

/** What a spreadsheet takes for a formula, whoever named it so; an apostrophe in front makes it text. */
const FORMULA_START = /^[=+\-@\t\r]/

function field(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = FORMULA_START.test(value) ? `'${value}` : value
  return text !== value || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
