import type { UsageReport } from '../../api/usage.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { BarChart } from '../../ui/bar-chart.tsx'
import { type Measure, seriesOf, totalsOf } from './series.ts'
import { daysOf, type Split } from './usage-search.ts'

type Props = {
  report: UsageReport
  /** Of as many days right before. */
  before: UsageReport | undefined
  by: Split
  days: readonly string[]
}

const CHARTS = ['characters', 'audio_seconds', 'requests'] as const

/** What was used, by day. */
export function UsageCharts(props: Props) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 wide:grid-cols-2">
      {CHARTS.map((measure) => (
        <div key={measure} className={measure === 'characters' ? 'min-w-0 wide:col-span-2' : 'min-w-0'}>
          <UsageChart {...props} measure={measure} />
        </div>
      ))}
    </div>
  )
}

function UsageChart({ report, before, by, days, measure }: Props & { measure: Exclude<Measure, 'errors'> }) {
  const t = useTexts()
  const language = useLanguage()
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', signDisplay: 'exceptZero' })
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  // Seconds are for tables; a drawing speaks of minutes.
  const scale = measure === 'audio_seconds' ? 1 / 60 : 1
  const scaled = (values: readonly number[]): number[] => values.map((value) => value * scale)
  const unsplit = seriesOf(report.series, days, { by, measure, otherName: t('usage.other') })
  const series = unsplit.map(({ name, values }) => ({ name, values: scaled(values) }))
  const failed = totalsOf(report.series, days, 'errors')
  const shown =
    measure === 'requests' && by === 'none' ? withErrors(series[0]?.values ?? [], failed, t) : series
  const totals = scaled(totalsOf(report.series, days, measure))
  const total = totals.reduce((sum, value) => sum + value, 0)
  const most = totals.indexOf(Math.max(...totals))
  const dayName = (at: number): string => date.format(Date.parse(days[at] ?? ''))
  const earlier = before === undefined ? null : scaled(totalsOf(before.series, daysOf(before), measure))
  const earlierTotal = earlier?.reduce((sum, value) => sum + value, 0) ?? 0
  return (
    <BarChart
      title={t(`usage.chart.${measure}`)}
      summary={[
        t('usage.summary', { total: number.format(total), days: days.length, most: dayName(most) }),
        ...(earlier === null
          ? []
          : earlierTotal === 0
            ? [t('usage.nothingbefore')]
            : [t('usage.before', { change: percent.format(total / earlierTotal - 1) })]),
      ].join(' ')}
      bars={days.map((_, at) => dayName(at))}
      series={shown}
      before={earlier}
      format={(value) => compact.format(value)}
      readingOf={(bar) =>
        [
          `${dayName(bar)}: ${number.format(totals[bar] ?? 0)}`,
          ...(shown.length > 1
            ? shown
                .filter(({ values }) => (values[bar] ?? 0) > 0)
                .map(({ name, values }) => `${name} ${number.format(values[bar] ?? 0)}`)
            : []),
        ].join(' · ')
      }
    />
  )
}

/** Of requests it counts how many came to nothing. */
function withErrors(requests: readonly number[], errors: readonly number[], t: ReturnType<typeof useTexts>) {
  if (errors.every((count) => count === 0)) return [{ name: '', values: requests }]
  return [
    { name: t('usage.spoken'), values: requests.map((count, at) => count - (errors[at] ?? 0)) },
    { name: t('usage.errors'), values: errors },
  ]
}
