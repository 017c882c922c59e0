import { useLanguage } from '../../i18n/i18n.ts'
import type { Span } from './usage-search.ts'
import { isOfHours } from './usage-search.ts'

/** What days and hours are called: days in UTC, as they are counted, hours in the time zone of whoever looks. */
export function useTimeName(span: Span): (time: string) => string {
  const language = useLanguage()
  const format = new Intl.DateTimeFormat(
    language,
    isOfHours(span)
      ? { weekday: 'short', hour: 'numeric', minute: '2-digit' }
      : { day: 'numeric', month: 'short', timeZone: 'UTC' },
  )
  return (time) => format.format(Date.parse(time))
}
