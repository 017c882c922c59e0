import { type KeyboardEvent, useState } from 'react'
import { classes } from './classes.ts'
import { ticksTo } from './ticks.ts'

const FILLS = ['fill-series-1', 'fill-series-2', 'fill-series-3', 'fill-series-4', 'fill-series-5']
const SWATCHES = ['bg-series-1', 'bg-series-2', 'bg-series-3', 'bg-series-4', 'bg-series-5']
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
  before?: readonly number[] | null
  format: (value: number) => string
  /** What a bar says when it is read. */
  readingOf: (bar: number) => string
}

/** Stacked bars from zero. Arrow keys read one after the other; a table has the same numbers. */
export function BarChart({ title, summary, bars, series, before = null, format, readingOf }: BarChartProps) {
  const [read, setRead] = useState<number | null>(null)
  const totals = bars.map((_, bar) => series.reduce((sum, { values }) => sum + (values[bar] ?? 0), 0))
  const ticks = ticksTo(Math.max(0, ...totals, ...(before ?? [])))
  const top = ticks.at(-1) ?? 1
  const hear = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (event.key === 'Escape') setRead(null)
    if (step === 0) return
    event.preventDefault()
    setRead(Math.min(bars.length - 1, Math.max(0, (read ?? (step > 0 ? -1 : bars.length)) + step)))
  }
  return (
    <figure className="flex min-w-0 flex-col gap-3 rounded-card border border-line bg-surface p-4">
      <figcaption>
        <h2>{title}</h2>
        <p className="text-muted">{summary}</p>
      </figcaption>
      {series.length > 1 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-small">
          {series.map(({ name }, at) => (
            <li key={name} className="flex items-center gap-1.5">
              <span aria-hidden className={classes('size-2.5 rounded-xs', SWATCHES[at])} />
              {name}
            </li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset */}
      <div
        role="group"
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read it
        tabIndex={0}
        onKeyDown={hear}
        onBlur={() => setRead(null)}
        className="relative ml-12 h-60 rounded-xs"
      >
        {ticks.map((tick) => (
          <div
            key={tick}
            aria-hidden
            className="absolute inset-x-0 border-t border-line"
            style={{ bottom: `${(tick / top) * 100}%` }}
          >
            <span className="absolute right-full -translate-y-1/2 whitespace-nowrap pr-2 text-badge text-muted">
              {format(tick)}
            </span>
          </div>
        ))}
        <svg
          aria-hidden
          viewBox={`0 0 ${bars.length} ${top}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
        >
          {series.map(({ name, values }, at) => (
            <g key={name} className={FILLS[at]}>
              {values.map((value, bar) => (
                <rect
                  key={bars[bar]}
                  x={bar + (1 - BAR_SHARE) / 2}
                  width={BAR_SHARE}
                  y={top - value - below(series, at, bar)}
                  height={value}
                  opacity={read === null || read === bar ? 1 : 0.45}
                  className="stroke-surface"
                  strokeWidth={value === 0 ? 0 : 1}
                  vectorEffect="non-scaling-stroke"
                  onPointerEnter={() => setRead(bar)}
                  onPointerLeave={() => setRead(null)}
                />
              ))}
            </g>
          ))}
          {before !== null && (
            <polyline
              points={before.map((value, bar) => `${bar},${top - value} ${bar + 1},${top - value}`).join(' ')}
              className="fill-none stroke-muted"
              strokeWidth={1.5}
              strokeDasharray="4 3"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
      </div>
      <div aria-hidden className="ml-12 flex justify-between text-badge text-muted">
        <span>{bars[0]}</span>
        {bars.length > 2 && <span>{bars[Math.floor((bars.length - 1) / 2)]}</span>}
        {bars.length > 1 && <span>{bars.at(-1)}</span>}
      </div>
      <p role="status" className="min-h-5 text-small text-muted">
        {read !== null && readingOf(read)}
      </p>
    </figure>
  )
}

const below = (series: readonly Series[], at: number, bar: number): number =>
  series.slice(0, at).reduce((sum, { values }) => sum + (values[bar] ?? 0), 0)
