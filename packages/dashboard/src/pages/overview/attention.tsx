import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { accountQuery } from '../../api/account.ts'
import type { Key } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { webhooksQuery } from '../../api/webhooks.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Problem } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { useAgoText } from '../../ui/time.tsx'
import { revokedKeysQuery, unusedKeysQuery, workingKeysQuery } from './queries.ts'

const SHOWN_MAX = 5
const WEEK_MS = 7 * 86_400_000
const NEAR = 0.8

/** What somebody should look at, the most urgent first; when there is nothing, that it is quiet. */
export function Attention() {
  const t = useTexts()
  const ago = useAgoText()
  const { data: working, error, refetch } = useQuery(workingKeysQuery)
  const { data: revoked } = useQuery(revokedKeysQuery)
  const { data: unused } = useQuery(unusedKeysQuery)
  const { data: account } = useQuery(accountQuery)
  const hasWebhooks = useMay('webhooks:read') && account?.plan.features.includes('webhooks') === true
  const { data: webhooks = [] } = useQuery({ ...webhooksQuery, enabled: hasWebhooks })
  if (error !== null && working === undefined)
    return (
      <Section title={t('overview.attention')}>
        <Problem error={error} onRetry={() => void refetch()} />
      </Section>
    )
  if (working === undefined || revoked === undefined || account === undefined) return null
  const nowMs = Date.now()
  const isWithinWeek = (at: string | null): boolean =>
    at !== null && Math.abs(Date.parse(at) - nowMs) < WEEK_MS
  const { plan, used } = account
  const share =
    plan.characters_per_month === null ? 0 : used.characters_this_month / plan.characters_per_month
  const things = [
    ...revoked.keys
      .filter(({ revoked_reason, revoked_at }) => isLeak(revoked_reason) && isWithinWeek(revoked_at))
      .map((key) => <KeyLink key={key.id} of={key} tab="history" text={t('overview.leaked', key)} />),
    ...working.keys
      .filter(({ expires_at }) => isWithinWeek(expires_at))
      .map((key) => (
        <KeyLink
          key={key.id}
          of={key}
          text={t('overview.expires', { name: key.name, when: ago(key.expires_at ?? '') })}
        />
      )),
    ...working.keys
      .filter(({ rotation }) => rotation !== null)
      .map((key) => <KeyLink key={key.id} of={key} text={t('overview.rotating', key)} />),
    ...(share >= NEAR
      ? [
          <Link key="quota" to="/settings/plan" className="link">
            {t('overview.quota', { percent: Math.floor(share * 100) })}
          </Link>,
        ]
      : []),
    ...webhooks
      .filter(({ failing_since, disabled_reason }) => failing_since !== null || disabled_reason !== null)
      .map(({ id, url }) => (
        <Link key={id} to="/settings/webhooks/$id" params={{ id }} className="link">
          {t('overview.webhook', { host: new URL(url).host })}
        </Link>
      )),
    ...(unused === undefined || unused === 0
      ? []
      : [
          <Link key="unused" to="/settings/api-keys" search={{ unused: true }} className="link">
            {t('overview.unused', { count: unused })}
          </Link>,
        ]),
  ]
  return (
    <Section title={t('overview.attention')}>
      {things.length === 0 ? (
        <div className="flex items-center gap-4">
          <p className="text-muted">{t('overview.quiet')}</p>
          <div aria-hidden className="h-px flex-1 bg-line-strong" />
        </div>
      ) : (
        <ul className="flex flex-col gap-2">
          {things.slice(0, SHOWN_MAX).map((thing) => (
            <li key={thing.key}>{thing}</li>
          ))}
        </ul>
      )}
    </Section>
  )
}

const isLeak = (reason: string | null): boolean => reason?.toLowerCase().includes('leak') === true

function KeyLink({ of, text, tab }: { of: Key; text: string; tab?: 'history' }) {
  return (
    <Link
      to="/settings/api-keys/$id"
      params={{ id: of.id }}
      search={tab === undefined ? {} : { tab }}
      className="link"
    >
      {text}
    </Link>
  )
}
