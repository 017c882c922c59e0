import type { UsageReport } from '../../api/usage.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { partOf, timeOf } from './series.ts'
import { isOfHours, type Split } from './usage-search.ts'

const HEAD = 'h-9 whitespace-nowrap px-3 text-left text-small font-medium text-muted'
const CELL = 'h-10 whitespace-nowrap px-3'
const MEASURES = [
  'requests',
  'characters',
  'audio_seconds',
  'errors',
  'first_audio_p50_ms',
  'first_audio_p95_ms',
] as const

/** The same numbers as the drawings and the file, row by row. */
export function UsageTable({ report, by }: { report: UsageReport; by: Split }) {
  const t = useTexts()
  const language = useLanguage()
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 3 })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  // One below the other, with their commas too.
  const seconds = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 })
  const shown = (value: number | null, measure: (typeof MEASURES)[number]): string =>
    value === null ? '–' : (measure === 'audio_seconds' ? seconds : whole).format(value)
  return (
    <ScrollRegion label={t('usage.table')} className="rounded-card border border-line bg-surface">
      <table className="w-full border-collapse">
        <caption className="sr-only">{t('nav.usage')}</caption>
        <thead className="border-b border-line">
          <tr>
            <th scope="col" className={HEAD}>
              {t(isOfHours(report) ? 'usage.col.hour' : 'usage.col.day')}
            </th>
            {by !== 'none' && (
              <th scope="col" className={HEAD}>
                {t(`usage.by.${by}`)}
              </th>
            )}
            {MEASURES.map((measure) => (
              <th key={measure} scope="col" className={`${HEAD} text-right`}>
                {t(`usage.col.${measure}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.series.map((row) => (
            <tr
              key={`${timeOf(row)} ${row.key_id ?? partOf(row, by)}`}
              className="border-b border-line last:border-0"
            >
              <th scope="row" data-value={timeOf(row)} className={`${CELL} text-left font-normal`}>
                {isOfHours(report) ? timeOf(row) : day.format(Date.parse(timeOf(row)))}
              </th>
              {by !== 'none' && <td className={CELL}>{partOf(row, by)}</td>}
              {MEASURES.map((measure) => (
                <td key={measure} data-value={row[measure] ?? ''} className={`${CELL} text-right`}>
                  {shown(row[measure], measure)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot className="border-t border-line-strong font-semibold">
          <tr>
            <th scope="row" colSpan={by === 'none' ? 1 : 2} className={`${CELL} text-left`}>
              {t('usage.total')}
            </th>
            {MEASURES.map((measure) => (
              <td key={measure} className={`${CELL} text-right`}>
                {shown(report.totals[measure], measure)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  )
}
