import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { useMay } from '../../api/session.ts'
import { deliveriesQuery, webhooksQuery } from '../../api/webhooks.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { NotOnPlan } from '../../app/not-on-plan.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { late } from '../../ui/late.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { Time } from '../../ui/time.tsx'
import { DeliveryState } from './delivery-state.tsx'
import { eventNames } from './events.ts'
import { WebhookState } from './webhook-state.tsx'

const WebhookDialog = late(async () => (await import('./webhook-dialog.tsx')).WebhookDialog)

/** What an event looks like, for those whose plan has none yet. */
const EXAMPLE = `{
  "type": "key.revoked",
  "timestamp": "2026-11-23T09:14:07.312Z",
  "data": { "key": { "id": "key_…", "name": "Production server", "hint": "ka_…x7Pq", "state": "revoked" } }
}`

/** Settings → Webhooks: where events of the account are sent. */
export function WebhooksPage() {
  const t = useTexts()
  const mayRead = useMay('webhooks:read')
  const mayWrite = useMay('webhooks:write')
  const whyNot = useWhyNot(mayWrite, 'webhooks.role')
  const account = useQuery(accountQuery)
  const hasFeature = account.data?.plan.features.includes('webhooks')
  const [isAdding, setAdding] = useState(false)
  const enabled = mayRead && hasFeature === true
  const webhooks = useQuery({ ...webhooksQuery, enabled })
  const { data } = webhooks
  const error = webhooks.error ?? account.error
  const refetch = (): unknown => Promise.all([account.refetch(), ...(enabled ? [webhooks.refetch()] : [])])
  if (!mayRead) return <NotAllowed title={t('nav.webhooks')} />
  if (hasFeature === false)
    return (
      <NotOnPlan
        title={t('nav.webhooks')}
        feature="webhooks"
        example={<CodeBlock label={t('webhooks.example')} code={[EXAMPLE]} />}
      >
        {t('webhooks.lead')}
      </NotOnPlan>
    )
  const add = (look: 'primary' | 'secondary') => (
    <GuardedButton
      look={look}
      icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
      whyNot={whyNot}
      onClick={() => setAdding(true)}
    >
      {t('webhooks.add')}
    </GuardedButton>
  )
  return (
    <Page title={t('nav.webhooks')} lead={t('webhooks.lead')} action={add('primary')}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={3} />}
      {data?.length === 0 && (
        <Empty title={t('webhooks.empty')} action={add('secondary')}>
          {t('webhooks.empty.text')}
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <DataTable
          caption={t('nav.webhooks')}
          rows={data}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'address',
              label: t('webhooks.address'),
              width: 'w-[40%]',
              cell: ({ id, url, description }) => (
                <span className="flex min-w-0 flex-col">
                  <Link to="/settings/webhooks/$id" params={{ id }} title={url} className="row-link truncate">
                    {url}
                  </Link>
                  {description !== null && (
                    <span className="truncate text-small text-muted">{description}</span>
                  )}
                </span>
              ),
            },
            {
              id: 'events',
              label: t('webhooks.events'),
              cell: ({ events }) => <span className="text-small text-muted">{eventNames(events, t)}</span>,
            },
            {
              id: 'state',
              label: t('keys.col.state'),
              cell: (webhook) => <WebhookState of={webhook} />,
            },
            { id: 'last', label: t('webhooks.last'), cell: ({ id }) => <LastDelivery of={id} /> },
          ]}
        />
      )}
      {isAdding && <WebhookDialog webhook={null} onClose={() => setAdding(false)} />}
    </Page>
  )
}

function LastDelivery({ of: id }: { of: string }) {
  const t = useTexts()
  const { data } = useQuery(deliveriesQuery(id, { limit: 1, offset: 0 }))
  if (data === undefined) return null
  const [last] = data.deliveries
  if (last === undefined) return <span className="text-small text-muted">{t('webhooks.never')}</span>
  return (
    <span className="flex flex-wrap items-center gap-2 text-small">
      <DeliveryState of={last} />
      <Time at={last.last_attempt?.at ?? last.created_at} />
    </span>
  )
}
