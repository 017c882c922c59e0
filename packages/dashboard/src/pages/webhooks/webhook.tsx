import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../api/session.ts'
import { useChangeWebhook, useTestWebhook, type Webhook, webhookQuery } from '../../api/webhooks.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { ThingFailed } from '../../app/thing-failed.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { late } from '../../ui/late.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Time } from '../../ui/time.tsx'
import { DeliveryLog } from './delivery-log.tsx'
import { eventNames } from './events.ts'
import { WebhookState } from './webhook-state.tsx'

const WebhookDialog = late(async () => (await import('./webhook-dialog.tsx')).WebhookDialog)
const DeleteWebhookDialog = late(
  async () => (await import('./delete-webhook-dialog.tsx')).DeleteWebhookDialog,
)
const RotateSecretDialog = late(async () => (await import('./rotate-secret-dialog.tsx')).RotateSecretDialog)

/** One webhook: how it does, what was sent, and what can be done with it. */
export function WebhookPage() {
  const t = useTexts()
  const { id } = useParams({ from: '/inside/settings/webhooks/$id' })
  const mayRead = useMay('webhooks:read')
  const { data, error, refetch } = useQuery({ ...webhookQuery(id), enabled: mayRead })
  if (!mayRead) return <NotAllowed title={t('nav.webhooks')} />
  if (error !== null && data === undefined)
    return (
      <ThingFailed
        title={t('nav.webhooks')}
        to="/settings/webhooks"
        error={error}
        onRetry={() => void refetch()}
      />
    )
  return (
    <Page
      title={t('webhook')}
      lead={
        <Link to="/settings/webhooks" className="link">
          {t('webhooks.back')}
        </Link>
      }
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      {data !== undefined && (
        <>
          <Facts webhook={data} />
          <Actions webhook={data} />
          <DeliveryLog webhook={data} />
        </>
      )}
    </Page>
  )
}

function Facts({ webhook }: { webhook: Webhook }) {
  const t = useTexts()
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 rounded-card border border-line bg-surface p-4 [&_dt]:text-muted">
      <dt>{t('webhooks.address')}</dt>
      <dd className="break-all font-semibold">{webhook.url}</dd>
      {webhook.description !== null && (
        <>
          <dt>{t('webhooks.about')}</dt>
          <dd>{webhook.description}</dd>
        </>
      )}
      <dt>{t('keys.col.state')}</dt>
      <dd className="flex flex-wrap items-center gap-2">
        <WebhookState of={webhook} />
        {webhook.disabled_reason !== null && <span>{webhook.disabled_reason}</span>}
      </dd>
      <dt>{t('webhooks.events')}</dt>
      <dd>{eventNames(webhook.events, t)}</dd>
      {webhook.rotation !== null && (
        <>
          <dt>{t('webhooks.secret')}</dt>
          <dd>
            {t('webhooks.rotating')} <Time at={webhook.rotation.old_ends_at} />
          </dd>
        </>
      )}
    </dl>
  )
}

type Doing = 'edit' | 'rotate' | 'delete' | null

function Actions({ webhook }: { webhook: Webhook }) {
  const t = useTexts()
  const mayWrite = useMay('webhooks:write')
  const [doing, setDoing] = useState<Doing>(null)
  const test = useTestWebhook(webhook.id)
  const change = useChangeWebhook(webhook.id)
  const close = (): void => setDoing(null)
  const whyNot = useWhyNot(mayWrite, 'webhooks.role')
  if (whyNot !== null) return <p className="text-muted">{whyNot}</p>
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <GuardedButton
          look="primary"
          busy={test.isPending}
          whyNot={webhook.enabled ? null : t('webhooks.resume.first')}
          onClick={() => test.mutate()}
        >
          {t('webhooks.test')}
        </GuardedButton>
        <Button onClick={() => setDoing('edit')}>{t('webhooks.edit')}</Button>
        <Button busy={change.isPending} onClick={() => change.mutate({ enabled: !webhook.enabled })}>
          {t(webhook.enabled ? 'webhooks.pause' : 'webhooks.resume')}
        </Button>
        <Button onClick={() => setDoing('rotate')}>{t('webhooks.rotate')}</Button>
        <Button onClick={() => setDoing('delete')}>{t('webhooks.delete')}</Button>
      </div>
      <FailureNote error={test.error ?? change.error} />
      <p role="status" className="empty:hidden">
        {test.data !== undefined &&
          t(test.data.state === 'delivered' ? 'webhooks.test.delivered' : 'webhooks.test.failed', {
            status: String(test.data.last_attempt?.status ?? '–'),
          })}
      </p>
      {doing === 'edit' && <WebhookDialog webhook={webhook} onClose={close} />}
      {doing === 'rotate' && <RotateSecretDialog webhook={webhook} onClose={close} />}
      {doing === 'delete' && <DeleteWebhookDialog webhook={webhook} onClose={close} />}
    </div>
  )
}
