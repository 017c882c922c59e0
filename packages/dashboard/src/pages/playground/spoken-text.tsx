import { type MouseEvent, useEffect, useRef } from 'react'
import { useTexts } from '../../i18n/i18n.ts'
import type { Take } from '../../sound/take.ts'
import { usePlace, useTake } from './use-place.ts'

/** Names of the marks; the style sheet says how they look. */
const SPOKEN = 'spoken'
const UNHEARD = 'unheard'

/** The text while it is spoken: the word that is heard is marked, what is to come is muted, a press on a word goes there. */
export function SpokenText({ take, className }: { take: Take; className: string }) {
  const t = useTexts()
  const ref = useRef<HTMLParagraphElement>(null)
  const { words, isPlaying, lengthS } = useTake(take)
  const placeMs = usePlace(take, isPlaying) * 1000
  const { text } = take.request
  // At 0 it is not heard yet: it is only about to be.
  const current = placeMs === 0 ? undefined : words.findLast(({ start_ms }) => start_ms <= placeMs)
  const [from, to] = current === undefined ? [0, 0] : [current.char_start, current.char_end]
  useEffect(() => mark(ref.current?.firstChild ?? null, from, to), [from, to])
  const seek = (event: MouseEvent): void => {
    const at = offsetAt(event.clientX, event.clientY)
    const word = words.find(({ char_start, char_end }) => at !== null && char_start <= at && at <= char_end)
    if (word !== undefined && word.start_ms / 1000 < lengthS) take.play(word.start_ms / 1000)
  }
  return (
    // The slider below goes to any place by keyboard; a press on a word is only quicker.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <p
      ref={ref}
      title={t('play.seek')}
      data-spoken={text.slice(from, to)}
      className={className}
      onClick={seek}
    >
      {text}
    </p>
  )
}

/** Marks characters of a text without touching it; where browsers cannot, nothing is marked and all can be read. */
function mark(text: Node | null, from: number, to: number): (() => void) | undefined {
  if (!('highlights' in CSS) || text === null) return undefined
  const rangeOf = (start: number, end: number): Range => {
    const range = document.createRange()
    range.setStart(text, Math.min(start, text.textContent?.length ?? 0))
    range.setEnd(text, Math.min(end, text.textContent?.length ?? 0))
    return range
  }
  CSS.highlights.set(SPOKEN, new Highlight(rangeOf(from, to)))
  CSS.highlights.set(UNHEARD, new Highlight(rangeOf(to, Number.MAX_SAFE_INTEGER)))
  return () => {
    CSS.highlights.delete(SPOKEN)
    CSS.highlights.delete(UNHEARD)
  }
}

/** The character of the text under a point. */
const offsetAt = (x: number, y: number): number | null =>
  document.caretPositionFromPoint?.(x, y)?.offset ?? document.caretRangeFromPoint?.(x, y)?.startOffset ?? null
