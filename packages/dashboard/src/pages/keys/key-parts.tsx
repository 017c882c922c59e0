import type { Key } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Time, useAgoText } from '../../ui/time.tsx'
import { ENVIRONMENT_TONES } from './environments.ts'

export function EnvironmentBadge({ of: { environment } }: { of: Pick<Key, 'environment'> }) {
  const t = useTexts()
  return <Badge tone={ENVIRONMENT_TONES[environment]}>{t(`environment.${environment}`)}</Badge>
}

/** When, and from where; by what is in the title. One below the other, or in one line. */
export function LastUsed({ of: { last_used }, isLine = false }: { of: Key; isLine?: boolean }) {
  const t = useTexts()
  const ago = useAgoText()
  if (last_used === null) return <span className="text-small text-muted">{t('keys.never')}</span>
  if (isLine)
    return (
      <span className="text-small text-muted" title={last_used.agent ?? undefined}>
        {t('key.used', { ago: ago(last_used.at), address: last_used.address ?? '?' })}
      </span>
    )
  return (
    <span className="flex min-w-0 flex-col text-small" title={last_used.agent ?? undefined}>
      <Time at={last_used.at} />
      <span className="truncate text-muted">{last_used.address}</span>
    </span>
  )
}

/** Streams and requests a minute at this moment; a dash when it is idle. */
export function Now({ of: { now } }: { of: Key }) {
  const t = useTexts()
  if (now.streams === 0 && now.requests_per_minute === 0)
    return (
      <span className="text-muted">
        <span aria-hidden>—</span>
        <span className="sr-only">{t('keys.now.idle')}</span>
      </span>
    )
  return (
    <span className="flex flex-col">
      {now.streams > 0 && (
        <span className="font-medium">{t('keys.now.streams', { count: now.streams })}</span>
      )}
      {now.requests_per_minute > 0 && (
        <span className="text-muted">{t('keys.now.requests', { count: now.requests_per_minute })}</span>
      )}
    </span>
  )
}

type SelectBoxProps = {
  of: Key
  selected: ReadonlyMap<string, Key>
  onSelect: (key: Key, isSelected: boolean) => void
}

export function SelectBox({ of: key, selected, onSelect }: SelectBoxProps) {
  const t = useTexts()
  return (
    <label className="grid size-6 place-items-center pointer-coarse:size-11">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={selected.has(key.id)}
        onChange={({ target }) => onSelect(key, target.checked)}
      />
      <span className="sr-only">{t('keys.select.one', { name: key.name })}</span>
    </label>
  )
}
