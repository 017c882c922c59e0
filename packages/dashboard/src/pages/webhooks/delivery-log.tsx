import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../api/session.ts'
import { type Delivery, deliveriesQuery, useRetryDelivery, type Webhook } from '../../api/webhooks.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { spanText, Time, useNowMs } from '../../ui/time.tsx'
import { useDeliveryError } from './delivery-error.ts'
import { DeliveryState } from './delivery-state.tsx'

const DELIVERIES_A_PAGE = 25
/** Tries of one event, within 31 hours; a test is tried once. */
const triesOf = ({ type }: Delivery): number => (type === 'webhook.test' ? 1 : 8)

/** What was sent, when, and how it went. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const t = useTexts()
  const [count, setCount] = useState(DELIVERIES_A_PAGE)
  const { data, error, refetch } = useQuery(deliveriesQuery(webhook.id, { limit: count, offset: 0 }))
  return (
    <section aria-labelledby="deliveries" className="flex flex-col gap-3">
      <h2 id="deliveries">{t('deliveries')}</h2>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.total === 0 && <Empty title={t('deliveries.empty')}>{t('deliveries.empty.text')}</Empty>}
      <ul className="flex flex-col gap-2">
        {data?.deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} webhook={webhook} />
        ))}
      </ul>
      {data !== undefined && data.total > data.deliveries.length && count < 200 && (
        <Button onClick={() => setCount(Math.min(200, count + DELIVERIES_A_PAGE))}>{t('list.more')}</Button>
      )}
    </section>
  )
}

function DeliveryRow({ delivery, webhook }: { delivery: Delivery; webhook: Webhook }) {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  const say = useDeliveryError()
  const mayWrite = useMay('webhooks:write')
  const retry = useRetryDelivery(webhook.id)
  const { last_attempt: last, next_attempt_at: next, attempts } = delivery
  return (
    <li className="rounded-card border border-line bg-surface">
      <details className="group">
        <summary className="flex min-h-13 list-none flex-wrap items-center gap-x-4 gap-y-1 rounded-card px-4 py-2 hover:bg-sunken">
          <ChevronRight
            size={16}
            strokeWidth={1.75}
            aria-hidden
            className="-mr-2 text-muted transition-transform duration-[120ms] group-open:rotate-90 motion-reduce:transition-none"
          />
          <code translate="no" className="font-medium">
            {delivery.type}
          </code>
          <DeliveryState of={delivery} />
          <span className="text-small text-muted">
            {t('deliveries.try', { attempt: attempts, most: Math.max(triesOf(delivery), attempts) })}
            {last !== null && ` · ${last.status ?? t('deliveries.noanswer')}`}
          </span>
          <span className="ml-auto text-small text-muted">
            {next !== null && delivery.state === 'pending' ? (
              t('deliveries.next', {
                span: spanText(Math.max(0, Date.parse(next) - nowMs) / 1000, language),
              })
            ) : (
              <Time at={last?.at ?? delivery.created_at} />
            )}
          </span>
        </summary>
        <div className="flex flex-col gap-3 border-t border-line p-4">
          {last?.error != null && <p className="text-danger-text">{say(last.error)}</p>}
          <CodeBlock label={t('deliveries.payload')} code={[JSON.stringify(delivery.payload, null, 2)]} />
          {last?.response != null && last.response !== '' && (
            <CodeBlock label={t('deliveries.answer')} code={[last.response]} note={t('deliveries.answer')} />
          )}
          <p className="text-small text-muted">
            webhook-id <code translate="no">{delivery.event_id}</code>
          </p>
          <FailureNote error={retry.error} />
          {mayWrite && delivery.state !== 'pending' && (
            <Button className="self-start" busy={retry.isPending} onClick={() => retry.mutate(delivery.id)}>
              {t('deliveries.again')}
            </Button>
          )}
        </div>
      </details>
    </li>
  )
}
