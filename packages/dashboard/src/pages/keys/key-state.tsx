import type { Key } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'
import { useNowMs } from '../../ui/time.tsx'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Whether nothing can be done with a key any more. */
export const isOver = ({ state }: Key): boolean => state === 'revoked' || state === 'expired'

/** What a key is now, with its reason. */
export function KeyStateBadge({ subject }: { subject: Key }) {
  const t = useTexts()
  const nowMs = useNowMs()
  const { state, rotation, expires_at } = subject
  if (state === 'revoked')
    return (
      <Badge tone="plain">
        <Dot shape="ring" />
        {t('keys.state.revoked')}
      </Badge>
    )
  if (state === 'expired')
    return (
      <Badge tone="plain">
        <Dot shape="ring" />
        {t('keys.state.expired')}
      </Badge>
    )
  if (rotation !== null) {
    const hours = Math.max(1, Math.round((Date.parse(rotation.old_ends_at) - nowMs) / HOUR_MS))
    return (
      <Badge tone="warn">
        <Dot shape="half" />
        {t('keys.state.rotating', { hours })}
      </Badge>
    )
  }
  if (state === 'expiring' && expires_at !== null) {
    const days = Math.max(0, Math.round((Date.parse(expires_at) - nowMs) / DAY_MS))
    return (
      <Badge tone="warn">
        <Dot shape="half" />
        {t('keys.state.endsin', { days })}
      </Badge>
    )
  }
  return (
    <Badge tone="ok">
      <Dot shape="filled" />
      {t('keys.state.active')}
    </Badge>
  )
}
