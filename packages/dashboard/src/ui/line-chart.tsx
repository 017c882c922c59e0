import { ChartFrame } from './chart-frame.tsx'
import { classes } from './classes.ts'
import { ticksTo } from './ticks.ts'

const STROKES = ['stroke-series-1', 'stroke-series-2']
const FILLS = ['fill-series-1', 'fill-series-2']
/** How far over or under its end a line says its name. */
const LABELS = ['translate-y-2', '-translate-y-7']

/** A line; where there is nothing, a gap. */
export type Line = { name: string; values: readonly (number | null)[] }

type Props = {
  title: string
  /** What it shows, in a sentence. */
  summary: string
  /** Names of the places, in order. */
  places: readonly string[]
  /** The lower one, then the higher one; each says its name at its end. */
  lines: readonly [Line, Line]
  format: (value: number) => string
  /** What a place says when it is read. */
  readingOf: (place: number) => string
}

/** Two lines from zero, nothing smoothed; one has round points and the other is dashed with square ones. */
export function LineChart({ title, summary, places, lines, format, readingOf }: Props) {
  const ticks = ticksTo(Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))))
  const top = ticks.at(-1) ?? 1
  const across = (place: number): string => `${((place + 0.5) / places.length) * 100}%`
  const up = (value: number): string => `${((top - value) / top) * 100}%`
  return (
    <ChartFrame
      title={title}
      summary={summary}
      places={places}
      ticks={ticks}
      format={format}
      readingOf={readingOf}
    >
      {(read, onRead) => (
        <>
          <svg aria-hidden className="absolute inset-0 size-full overflow-visible">
            {places.map((place, at) => (
              <rect
                key={place}
                x={`${(at / places.length) * 100}%`}
                width={`${100 / places.length}%`}
                height="100%"
                className={read === at ? 'fill-accent-soft' : 'fill-transparent'}
                onPointerEnter={() => onRead(at)}
                onPointerLeave={() => onRead(null)}
              />
            ))}
            {lines.map(({ name, values }, line) => (
              <g key={name} className={classes('pointer-events-none', STROKES[line], FILLS[line])}>
                {values.map((value, at) => {
                  const next = values[at + 1]
                  return value === null || next === null || next === undefined ? null : (
                    <line
                      key={places[at]}
                      x1={across(at)}
                      y1={up(value)}
                      x2={across(at + 1)}
                      y2={up(next)}
                      strokeWidth={2}
                      strokeDasharray={line === 0 ? undefined : '6 3'}
                    />
                  )
                })}
                {values.map(
                  (value, at) =>
                    value !== null && <Point key={places[at]} line={line} x={across(at)} y={up(value)} />,
                )}
              </g>
            ))}
          </svg>
          {lines.map(({ name, values }, line) => {
            const last = values.findLastIndex((value) => value !== null)
            return (
              <span
                key={name}
                aria-hidden
                className={classes(
                  'pointer-events-none absolute whitespace-nowrap rounded-xs bg-surface/80 px-0.5 text-badge font-medium',
                  LABELS[line],
                )}
                style={{
                  right: `${100 - ((last + 1) / places.length) * 100}%`,
                  // Over the axis and its names it could not be read.
                  top: `clamp(1.75rem, ${up(values[last] ?? 0)}, 100% - ${line === 0 ? '1.75rem' : '1rem'})`,
                }}
              >
                {name}
              </span>
            )
          })}
        </>
      )}
    </ChartFrame>
  )
}

function Point({ line, x, y }: { line: number; x: string; y: string }) {
  return line === 0 ? (
    <circle cx={x} cy={y} r={3} />
  ) : (
    <svg x={x} y={y} className="overflow-visible" aria-hidden>
      <rect x={-3} y={-3} width={6} height={6} />
    </svg>
  )
}
