import type { UsageReport } from '../../api/usage.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { LineChart } from '../../ui/line-chart.tsx'
import { timeOf } from './series.ts'
import { useTimeName } from './time-names.ts'
import { timesOf } from './usage-search.ts'

/** How soon what was spoken was heard, by day or hour; nothing where that is not known. */
export function FirstSoundChart({ report }: { report: UsageReport }) {
  const t = useTexts()
  const language = useLanguage()
  const timeName = useTimeName(report)
  const { first_audio_p50_ms: half, first_audio_p95_ms: nearlyAll } = report.totals
  if (half === null || nearlyAll === null) return null
  // What is known to a tenth has two digits.
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 })
  const times = timesOf(report)
  const rows = new Map(report.series.map((row) => [timeOf(row), row]))
  const of = (measure: 'first_audio_p50_ms' | 'first_audio_p95_ms') =>
    times.map((time) => rows.get(time)?.[measure] ?? null)
  const p50 = of('first_audio_p50_ms')
  const p95 = of('first_audio_p95_ms')
  return (
    <LineChart
      title={t('usage.chart.first_audio')}
      summary={t('usage.first_audio.summary', { half: number.format(half), most: number.format(nearlyAll) })}
      places={times.map(timeName)}
      lines={[
        { name: t('usage.first_audio.half'), values: p50 },
        { name: t('usage.first_audio.most'), values: p95 },
      ]}
      format={(value) => number.format(value)}
      readingOf={(at) => {
        const time = timeName(times[at] ?? '')
        const [low, high] = [p50[at], p95[at]]
        return low == null || high == null
          ? `${time}: ${t('usage.first_audio.none')}`
          : `${time}: ${t('usage.first_audio.summary', { half: number.format(low), most: number.format(high) })}`
      }}
    />
  )
}
