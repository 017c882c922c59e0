import { useQuery } from '@tanstack/react-query'
import { type Key, keyQuery, keyTokensQuery } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { useAgoText } from '../../ui/time.tsx'

const LIST = 'flex flex-col gap-1 rounded-control bg-sunken px-3 py-2'

/** What would stop: asked for anew, as it may have changed since the list was drawn. */
export function RevokeFacts({ subject }: { subject: Key }) {
  const t = useTexts()
  const ago = useAgoText()
  const { data: key = subject } = useQuery(keyQuery(subject.id))
  const { data: tokens } = useQuery(keyTokensQuery(subject.id))
  const { last_used, hint, now } = key
  return (
    <ul className={LIST}>
      <li>
        <code translate="no" className="text-small">
          {hint}
        </code>
      </li>
      <li>
        {isInUse(key)
          ? t('revoke.fact.now')
          : last_used === null
            ? t('revoke.fact.never')
            : t('revoke.fact.used', { ago: ago(last_used.at), address: last_used.address ?? '?' })}
      </li>
      {now.streams > 0 && <li>{t('revoke.fact.streams', { count: now.streams })}</li>}
      {tokens !== undefined && tokens.total > 0 && (
        <li>{t('revoke.fact.tokens', { count: tokens.total })}</li>
      )}
    </ul>
  )
}

/** Whether it is used at this moment: the last use is written down up to a minute later. */
export const isInUse = ({ now }: Key): boolean => now.streams > 0 || now.requests_per_minute > 0

/** Names of so many are said one by one. */
const NAMED_MAX = 5

/** What would stop with several keys. */
export function RevokeManyFacts({ keys }: { keys: readonly Key[] }) {
  const t = useTexts()
  const streams = keys.reduce((sum, { now }) => sum + now.streams, 0)
  return (
    <ul className={LIST}>
      {keys.slice(0, NAMED_MAX).map(({ id, name, hint }) => (
        <li key={id} className="truncate">
          {name}{' '}
          <code translate="no" className="text-small text-muted">
            {hint}
          </code>
        </li>
      ))}
      {keys.length > NAMED_MAX && <li>{t('revoke.fact.more', { count: keys.length - NAMED_MAX })}</li>}
      {streams > 0 && <li>{t('revoke.fact.streams', { count: streams })}</li>}
    </ul>
  )
}
