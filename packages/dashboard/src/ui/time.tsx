import { useSyncExternalStore } from 'react'
import { type Language, useLanguage, useTexts } from '../i18n/i18n.ts'

/** One clock for all times on a page. */
const TICK_MS = 30_000
const listeners = new Set<() => void>()
let nowMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const hear of listeners) hear()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time, at most half a minute old, in milliseconds since 1970. */
export const useNowMs = (): number =>
  useSyncExternalStore(subscribe, () => Math.max(nowMs, Date.now() - TICK_MS))

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const
/** Further away than a week a date says more. */
const RELATIVE_S_MAX = 7 * 86_400

/** A span of seconds from now, as one says it: "in 6 days", "3 minutes ago". Null where a date says more. */
export function relativeText(seconds: number, language: Language): string | null {
  if (Math.abs(seconds) > RELATIVE_S_MAX) return null
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  for (const [unit, length] of UNITS)
    if (Math.abs(seconds) >= length) return format.format(wholeOf(seconds / length), unit)
  return format.format(0, 'minute')
}

/** What has passed counts when it is whole; what is to come is said as it is nearest: 5.99 days are 6. */
const wholeOf = (count: number): number => (count > 0 ? Math.round(count) : Math.trunc(count))

/** How long something takes or has taken, in its largest unit: "3 min", "2 hr". */
export function spanText(seconds: number, language: Language): string {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? (['second', 1] as const)
  const value = Math.max(0, Math.floor(seconds / length))
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
}

/** Two clocks may differ by this: what has just happened is not to come. */
const SOON_S = 5

/** How one says in a sentence when something was: "3 minutes ago", "just now", or a date. */
export function useAgoText(): (at: string) => string {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  return (at) => {
    const seconds = (Date.parse(at) - nowMs) / 1000
    // The clock of the page may be behind what has happened since it was looked at.
    const isToCome = (Date.parse(at) - Date.now()) / 1000 > SOON_S
    if (Math.abs(seconds) < 60) return t(isToCome ? 'time.soon' : 'time.now')
    return (
      relativeText(seconds, language) ??
      new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(Date.parse(at))
    )
  }
}

/** A moment: relative for a week, then its date; whole, with its zone, in the title. */
export function Time({ at }: { at: string }) {
  const language = useLanguage()
  const ago = useAgoText()
  const whole = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })
  return (
    <time dateTime={at} title={whole.format(new Date(at))}>
      {ago(at)}
    </time>
  )
}
