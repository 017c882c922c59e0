import type { WebhookEvent } from '@kugelaudio/contract'
import { useId } from 'react'
import { useTexts } from '../../i18n/i18n.ts'
import { EVENT_GROUPS } from './events.ts'

type Props = {
  value: readonly WebhookEvent[]
  onChange: (events: readonly WebhookEvent[]) => void
  error: string | null
}

const GROUPS = ['keys', 'limits'] as const

/** Which events are sent: a group at once, or one by one. */
export function EventFields({ value, onChange, error }: Props) {
  const t = useTexts()
  const errorId = useId()
  const set = (events: readonly WebhookEvent[], isWanted: boolean): void =>
    onChange(isWanted ? [...new Set([...value, ...events])] : value.filter((one) => !events.includes(one)))
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 font-medium">{t('webhooks.events')}</legend>
      {GROUPS.map((group) => {
        const events: readonly WebhookEvent[] = EVENT_GROUPS[group]
        const chosen = events.filter((event) => value.includes(event)).length
        return (
          <div key={group} className="flex flex-col gap-1">
            <label className="flex min-h-6 items-center gap-2 font-medium">
              <input
                type="checkbox"
                className="accent-accent"
                aria-invalid={error === null ? undefined : true}
                aria-describedby={error === null ? undefined : errorId}
                checked={chosen === events.length}
                ref={(box) => {
                  if (box !== null) box.indeterminate = chosen > 0 && chosen < events.length
                }}
                onChange={({ target }) => set(events, target.checked)}
              />
              {t(`webhooks.events.${group}`)}
            </label>
            {events.map((event) => (
              <label key={event} className="ml-6 flex min-h-6 items-baseline gap-x-2">
                <input
                  type="checkbox"
                  className="accent-accent"
                  checked={value.includes(event)}
                  onChange={({ target }) => set([event], target.checked)}
                />
                <span className="flex min-w-0 flex-wrap gap-x-2 text-small">
                  <code translate="no">{event}</code>
                  <span className="text-muted">{t(`webhooks.event.${event}`)}</span>
                </span>
              </label>
            ))}
          </div>
        )
      })}
      {error !== null && (
        <p id={errorId} role="alert" className="text-small text-danger-text">
          {error}
        </p>
      )}
    </fieldset>
  )
}
