import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { type OperatedAccount, operatedAccountQuery, operatedUsageQuery } from '../../api/operator.ts'
import { Page } from '../../app/page.tsx'
import { ThingFailed } from '../../app/thing-failed.tsx'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { firstDayShown, UsageByDay } from '../key/usage-by-day.tsx'
import { AccountDialogs, type Doing } from './account-dialogs.tsx'
import { AccountKeys, firstKeysQuery } from './account-keys.tsx'
import { AccountState } from './account-state.tsx'

/** Operator → Accounts → one: its plan and people, what it has spoken, its keys, and the way to stop it. */
export function AccountPage() {
  const t = useTexts()
  const { id } = useParams({ from: '/inside/operator/accounts/$id' })
  const { data, error, refetch } = useQuery(operatedAccountQuery(id))
  if (data !== undefined) return <LoadedAccount account={data} />
  if (error !== null)
    return (
      <ThingFailed
        title={t('operator.accounts')}
        to="/operator/accounts"
        error={error}
        onRetry={() => void refetch()}
      />
    )
  return <Skeleton rows={8} />
}

function LoadedAccount({ account }: { account: OperatedAccount }) {
  const t = useTexts()
  const [doing, setDoing] = useState<Doing>(null)
  const { suspended_at } = account
  return (
    <Page
      title={account.name}
      lead={
        <>
          <Link to="/operator/accounts" className="link">
            {t('operator.accounts')}
          </Link>{' '}
          · <code translate="no">{account.id}</code>
        </>
      }
      action={
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setDoing({ what: 'plan', account })}>{t('operator.plan.change')}</Button>
          {account.operator ? null : suspended_at === null ? (
            <Button
              look="danger"
              icon={<Ban size={16} strokeWidth={1.75} aria-hidden />}
              onClick={() => setDoing({ what: 'suspend', account })}
            >
              {t('operator.suspend')}
            </Button>
          ) : (
            <Button look="primary" onClick={() => setDoing({ what: 'resume', account })}>
              {t('operator.resume')}
            </Button>
          )}
        </div>
      }
    >
      <Facts account={account} />
      <AccountKeys id={account.id} />
      <AccountUsage id={account.id} />
      <AccountDialogs doing={doing} onClose={() => setDoing(null)} />
    </Page>
  )
}

function Facts({ account }: { account: OperatedAccount }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  return (
    <Section title={t('operator.account')} action={<AccountState of={account} />}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 [&_dt]:text-muted">
        <dt>{t('operator.plan')}</dt>
        <dd>{account.plan}</dd>
        <dt>{t('operator.owner')}</dt>
        <dd className="break-all">{account.owner ?? '–'}</dd>
        <dt>{t('nav.members')}</dt>
        <dd>{format.format(account.members)}</dd>
        <dt>{t('operator.made')}</dt>
        <dd>
          <Time at={account.created_at} />
        </dd>
        {account.suspended_at !== null && (
          <>
            <dt>{t('operator.suspended')}</dt>
            <dd>
              <Time at={account.suspended_at} />
            </dd>
          </>
        )}
        <dt>{t('operator.streams')}</dt>
        <dd>{format.format(account.streams_now)}</dd>
        <dt>{t('operator.month')}</dt>
        <dd>{format.format(account.characters_this_month)}</dd>
      </dl>
    </Section>
  )
}

function AccountUsage({ id }: { id: string }) {
  const t = useTexts()
  const [from] = useState(firstDayShown)
  const { data, error, refetch } = useQuery(operatedUsageQuery(id, from))
  // It stands under the keys, and is drawn after them, so that it does not move.
  const keys = useQuery(firstKeysQuery(id))
  if (keys.isPending) return null
  return (
    <section aria-labelledby="usage" className="flex flex-col gap-3">
      <h2 id="usage">{t('nav.usage')}</h2>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data !== undefined && <UsageByDay report={data} />}
    </section>
  )
}
