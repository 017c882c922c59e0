import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { classes } from './classes.ts'

/** So many names have room under their bars, on a phone too. */
const FEW = 7

type Props = {
  title: string
  /** What it shows, in a sentence. */
  summary: string
  /** Names of the places along the axis, in order. */
  places: readonly string[]
  /** From 0 up. */
  ticks: readonly number[]
  format: (value: number) => string
  /** What a place says when it is read. */
  readingOf: (place: number) => string
  legend?: ReactNode
  /** The drawing, over the lines; `read` is the place that is read. */
  children: (read: number | null, onRead: (place: number | null) => void) => ReactNode
}

/** What every drawing has: words, an axis from zero, and arrow keys that read it place by place. A table has the same. */
export function ChartFrame({ title, summary, places, ticks, format, readingOf, legend, children }: Props) {
  const [read, setRead] = useState<number | null>(null)
  const top = ticks.at(-1) ?? 1
  // Under its bar; at the edges of many, where its name is wider than the bar, up to the edge.
  const isInMiddle = (place: number): boolean =>
    places.length <= FEW || (place > 0 && place < places.length - 1)
  const hear = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (event.key === 'Escape') setRead(null)
    if (step === 0) return
    event.preventDefault()
    setRead(Math.min(places.length - 1, Math.max(0, (read ?? (step > 0 ? -1 : places.length)) + step)))
  }
  return (
    <figure className="flex h-full min-w-0 flex-col gap-3 rounded-card border border-line bg-surface p-4">
      <figcaption>
        <h2>{title}</h2>
        <p className="text-muted">{summary}</p>
      </figcaption>
      {legend}
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset */}
      <div
        role="group"
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read it
        tabIndex={0}
        onKeyDown={hear}
        onBlur={() => setRead(null)}
        className="relative mt-auto ml-12 h-60 rounded-xs"
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
        {children(read, setRead)}
      </div>
      {/* What is read takes the place of the names, so that nothing moves. */}
      <div className="ml-12 grid min-h-9 grid-cols-[minmax(0,1fr)] text-small text-muted">
        <div
          aria-hidden
          className={classes('relative text-badge [grid-area:1/1]', read !== null && 'invisible')}
        >
          {namedPlaces(places.length).map((place) => (
            <span
              key={place}
              className={classes('absolute max-w-1/3 truncate', isInMiddle(place) && '-translate-x-1/2')}
              style={
                place === places.length - 1 && !isInMiddle(place)
                  ? { right: 0 }
                  : { left: isInMiddle(place) ? `${((place + 0.5) / places.length) * 100}%` : 0 }
              }
            >
              {places[place]}
            </span>
          ))}
        </div>
        <p role="status" className="[grid-area:1/1]">
          {read !== null && readingOf(read)}
        </p>
      </div>
    </figure>
  )
}

/** The first, the middle and the last of so many. */
const namedPlaces = (count: number): number[] => [...new Set([0, Math.floor((count - 1) / 2), count - 1])]
