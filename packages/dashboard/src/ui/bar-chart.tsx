import { useId } from 'react'
import { ChartFrame } from './chart-frame.tsx'
import { SeriesFills, SeriesLegend } from './series-fills.tsx'
import { ticksTo } from './ticks.ts'

/** Share of its place that a bar takes. */
const BAR_SHARE = 0.72

/** One part of every bar, from the bottom up; at most five. */
export type Series = { name: string; values: readonly number[] }

type BarChartProps = {
  title: string
  /** What it shows, in a sentence. */
  summary: string
  /** Names of the bars, in order. */
  bars: readonly string[]
  series: readonly Series[]
  /** The same bars a period earlier, drawn as a dashed line. */
  before?: { name: string; values: readonly number[] } | null
  format: (value: number) => string
  /** What a bar says when it is read. */
  readingOf: (bar: number) => string
}

/** Stacked bars from zero, told apart by colour and pattern. */
export function BarChart({ title, summary, bars, series, before = null, format, readingOf }: BarChartProps) {
  const id = useId()
  const totals = bars.map((_, bar) => series.reduce((sum, { values }) => sum + (values[bar] ?? 0), 0))
  const ticks = ticksTo(Math.max(0, ...totals, ...(before?.values ?? [])))
  const top = ticks.at(-1) ?? 1
  const across = (places: number): string => `${(places / bars.length) * 100}%`
  const up = (value: number): string => `${(value / top) * 100}%`
  return (
    <ChartFrame
      title={title}
      summary={summary}
      places={bars}
      ticks={ticks}
      format={format}
      readingOf={readingOf}
      legend={
        (series.length > 1 || before !== null) && (
          <SeriesLegend
            id={id}
            names={series.length > 1 ? series.map(({ name }) => name) : []}
            line={before?.name ?? null}
          />
        )
      }
    >
      {(read, onRead) => (
        <svg aria-hidden className="absolute inset-0 size-full">
          <SeriesFills id={id} />
          {series.map(({ name, values }, at) =>
            values.map((value, bar) => (
              <rect
                key={`${name} ${bars[bar]}`}
                x={across(bar + (1 - BAR_SHARE) / 2)}
                width={across(BAR_SHARE)}
                y={up(top - value - below(series, at, bar))}
                height={up(value)}
                fill={`url(#${id}-${at})`}
                opacity={read === null || read === bar ? 1 : 0.45}
                className="stroke-surface"
                strokeWidth={value === 0 ? 0 : 1}
                onPointerEnter={() => onRead(bar)}
                onPointerLeave={() => onRead(null)}
              />
            )),
          )}
          {before !== null && (
            <svg
              aria-hidden
              viewBox={`0 0 ${bars.length} ${top}`}
              preserveAspectRatio="none"
              className="pointer-events-none"
            >
              <polyline
                points={before.values
                  .map((value, bar) => `${bar},${top - value} ${bar + 1},${top - value}`)
                  .join(' ')}
                className="fill-none stroke-muted"
                strokeWidth={1.5}
                strokeDasharray="4 3"
                vectorEffect="non-scaling-stroke"
              />
            </svg>
          )}
        </svg>
      )}
    </ChartFrame>
  )
}

const below = (series: readonly Series[], at: number, bar: number): number =>
  series.slice(0, at).reduce((sum, { values }) => sum + (values[bar] ?? 0), 0)
