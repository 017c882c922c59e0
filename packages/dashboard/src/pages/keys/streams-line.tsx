import { WATCHED_MS, type Watched } from '../../api/watched-streams.ts'
import { useTexts } from '../../i18n/i18n.ts'

/** Where the cut is, of a hundred: a little of the line lies behind it, at nothing. */
const CUT_AT = 94
const HEIGHT = 20

/** What was open in the minute before a cut, as it was watched: a step line that falls to nothing. */
export function StreamsLine({ watched, cutMs }: { watched: readonly Watched[]; cutMs: number }) {
  const t = useTexts()
  const most = Math.max(0, ...watched.map(({ streams }) => streams))
  const last = watched.at(-1)?.streams ?? 0
  if (most === 0) return null
  const across = (atMs: number): number => CUT_AT * (1 - (cutMs - atMs) / WATCHED_MS)
  const up = (streams: number): number => HEIGHT * (1 - streams / most)
  const [first = { atMs: cutMs, streams: 0 }, ...later] = watched
  const steps = later.map(({ atMs, streams }) => `H${across(atMs)} V${up(streams)}`).join(' ')
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="text-small text-muted">{t('receipt.watched', { most, last })}</figcaption>
      <svg
        aria-hidden
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-10 w-full overflow-visible"
      >
        <line x2="100" y1={HEIGHT} y2={HEIGHT} className="stroke-line" vectorEffect="non-scaling-stroke" />
        <path
          d={`M${across(first.atMs)} ${up(first.streams)} ${steps} H${CUT_AT} V${HEIGHT} H100`}
          fill="none"
          strokeWidth={2}
          className="stroke-accent"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </figure>
  )
}
