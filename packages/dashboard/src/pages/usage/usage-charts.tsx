import type { UsageReport } from '../../api/usage.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { BarChart } from '../../ui/bar-chart.tsx'
import { FirstSoundChart } from './first-sound-chart.tsx'
import { type Measure, seriesOf, totalsOf } from './series.ts'
import { useTimeName } from './time-names.ts'
import { isOfHours, type Split, timesOf } from './usage-search.ts'

type Props = {
  report: UsageReport
  /** The same all together, for what cannot be added up. */
  together: UsageReport | undefined
  /** Of as many days or hours right before. */
  before: UsageReport | undefined
  by: Split
}

const CHARTS = ['characters', 'audio_seconds', 'requests'] as const

/** What was used, by day or hour. */
export function UsageCharts(props: Props) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 wide:grid-cols-2">
      {CHARTS.map((measure) => (
        <div key={measure} className={measure === 'characters' ? 'min-w-0 wide:col-span-2' : 'min-w-0'}>
          <UsageChart {...props} measure={measure} />
        </div>
      ))}
      {props.together !== undefined && (
        <div className="min-w-0 wide:col-span-2">
          <FirstSoundChart report={props.together} />
        </div>
      )}
    </div>
  )
}

function UsageChart({ report, before, by, measure }: Props & { measure: Exclude<Measure, 'errors'> }) {
  const t = useTexts()
  const language = useLanguage()
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const compact = new Intl.NumberFormat(language, {
    notation: 'compact',
    maximumFractionDigits: 1,
    useGrouping: true,
  })
  const percent = new Intl.NumberFormat(language, { style: 'percent', signDisplay: 'exceptZero' })
  const change = (share: number): string =>
    Math.abs(share) < 0.005
      ? t('usage.before.same')
      : t('usage.before', { change: percent.format(share).replace('-', '−') })
  const timeName = useTimeName(report)
  const times = timesOf(report)
  // Seconds are for tables; a drawing speaks of minutes.
  const scale = measure === 'audio_seconds' ? 1 / 60 : 1
  const scaled = (values: readonly number[]): number[] => values.map((value) => value * scale)
  const unsplit = seriesOf(report.series, times, { by, measure, otherName: t('usage.other') })
  const series = unsplit.map(({ name, values }) => ({ name, values: scaled(values) }))
  const failed = totalsOf(report.series, times, 'errors')
  const shown =
    measure === 'requests' && by === 'none' ? withErrors(series[0]?.values ?? [], failed, t) : series
  const totals = scaled(totalsOf(report.series, times, measure))
  const total = totals.reduce((sum, value) => sum + value, 0)
  const most = totals.indexOf(Math.max(...totals))
  const nameOf = (at: number): string => timeName(times[at] ?? '')
  const summary = isOfHours(report) ? 'usage.summary.hours' : 'usage.summary'
  const earlier = before === undefined ? null : scaled(totalsOf(before.series, timesOf(before), measure))
  const earlierTotal = earlier?.reduce((sum, value) => sum + value, 0) ?? 0
  return (
    <BarChart
      title={t(`usage.chart.${measure}`)}
      summary={[
        t(summary, { total: number.format(total), count: times.length, most: nameOf(most) }),
        ...(earlier === null
          ? []
          : earlierTotal === 0
            ? [t('usage.nothingbefore')]
            : [change(total / earlierTotal - 1)]),
      ].join(' ')}
      bars={times.map(timeName)}
      series={shown}
      before={earlier === null ? null : { name: t('usage.previous'), values: earlier }}
      format={(value) => compact.format(value)}
      readingOf={(bar) =>
        [
          `${nameOf(bar)}: ${number.format(totals[bar] ?? 0)}`,
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
