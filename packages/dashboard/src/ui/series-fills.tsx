const FILLS = ['fill-series-1', 'fill-series-2', 'fill-series-3', 'fill-series-4', 'fill-series-5']
/** Lines over the colour of each part, in a square of eight: who sees no colours tells parts apart by them. */
const LINES = ['', 'M-2 2 2-2M0 8 8 0M6 10 10 6', 'M4 0V8', 'M0 4H8', 'M0 0 8 8M0 8 8 0']

/** The fills of a drawing's parts, named `ID-0` to `ID-4`. */
export function SeriesFills({ id }: { id: string }) {
  return (
    <defs>
      {LINES.map((lines, at) => (
        <pattern key={lines} id={`${id}-${at}`} width={8} height={8} patternUnits="userSpaceOnUse">
          <rect width={8} height={8} className={FILLS[at]} />
          <path d={lines} className="stroke-surface" strokeWidth={at === 4 ? 1 : 2} />
        </pattern>
      ))}
    </defs>
  )
}

type LegendProps = {
  id: string
  names: readonly string[]
  /** What the dashed line is; null where there is none. */
  line: string | null
}

/** Which fill is whose, in the order of the drawing. */
export function SeriesLegend({ id, names, line }: LegendProps) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-small">
      {names.map((name, at) => (
        <li key={name} className="flex min-w-0 items-center gap-1.5">
          <svg aria-hidden className="size-4 shrink-0 rounded-xs">
            <rect width={16} height={16} fill={`url(#${id}-${at})`} />
          </svg>
          <span className="min-w-0 truncate">{name}</span>
        </li>
      ))}
      {line !== null && (
        <li className="flex min-w-0 items-center gap-1.5">
          <svg aria-hidden className="h-4 w-6 shrink-0">
            <line x2={24} y1={8} y2={8} className="stroke-muted" strokeWidth={1.5} strokeDasharray="4 3" />
          </svg>
          <span className="min-w-0 truncate">{line}</span>
        </li>
      )}
    </ul>
  )
}
