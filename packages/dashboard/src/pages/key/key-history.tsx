import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import type { AuditEvent } from '../../api/audit.ts'
import { keyAuditQuery, type Receipt, receiptsQuery } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useActorName } from '../keys/actor-name.ts'
import { ReceiptDialog } from '../keys/key-dialogs.ts'
import { useReceiptSummary } from '../keys/receipt-summary.ts'
import { useActionText } from './action-text.ts'

/** What has happened to a key, and the proofs of it, for ever. */
export function KeyHistory({ id }: { id: string }) {
  const t = useTexts()
  const may = useMay('audit:read')
  const receipts = useQuery(receiptsQuery(id))
  const events = useQuery({ ...keyAuditQuery(id), enabled: may })
  return (
    <div className="flex flex-col gap-6">
      <Section title={t('key.receipts')} lead={t('key.receipts.lead')}>
        <Receipts of={receipts} />
      </Section>
      {/* What stands under something of unknown height is drawn after it, so that nothing moves. */}
      {!receipts.isPending && (
        <Section title={t('key.events')}>
          <Events of={events} may={may} />
        </Section>
      )}
    </div>
  )
}

function Receipts({ of }: { of: UseQueryResult<Receipt[]> }) {
  const t = useTexts()
  const action = useActionText()
  const summary = useReceiptSummary()
  const { data: receipts, error, refetch } = of
  const [shown, setShown] = useState<Receipt | null>(null)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (receipts === undefined) return <Skeleton rows={2} />
  if (receipts.length === 0) return <p className="text-muted">{t('key.receipts.none')}</p>
  return (
    <>
      <DataTable
        caption={t('key.receipts')}
        rows={receipts}
        rowKey={({ epoch }) => epoch}
        columns={[
          { id: 'what', label: t('key.what'), width: 'w-[24%]', cell: ({ change }) => action(change) },
          {
            id: 'when',
            label: t('key.when'),
            width: 'w-36',
            cell: ({ changed_at }) => <Time at={changed_at} />,
          },
          { id: 'proof', label: t('key.proof'), cell: (receipt) => summary([receipt]) },
          {
            id: 'view',
            label: t('keys.col.actions'),
            isQuiet: true,
            width: 'w-40',
            cell: (receipt) => (
              <Button size="row" onClick={() => setShown(receipt)}>
                {t('key.receipt.view')}{' '}
                <span className="sr-only">{t('key.receipt.number', { epoch: receipt.epoch })}</span>
              </Button>
            ),
          },
        ]}
      />
      {shown !== null && (
        <ReceiptDialog receipts={[shown]} title={action(shown.change)} onClose={() => setShown(null)} />
      )}
    </>
  )
}

function Events({ of, may }: { of: UseQueryResult<AuditEvent[]>; may: boolean }) {
  const t = useTexts()
  const action = useActionText()
  const nameOf = useActorName()
  const { data: events, error, refetch } = of
  if (!may || (error instanceof ApiError && error.status === 403))
    return <p className="text-muted">{t('key.events.forbidden')}</p>
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (events === undefined) return <Skeleton rows={4} />
  return (
    <DataTable
      caption={t('key.events')}
      rows={events}
      rowKey={({ seq }) => seq}
      columns={[
        { id: 'what', label: t('key.what'), width: 'w-[30%]', cell: (event) => action(event.action) },
        { id: 'when', label: t('key.when'), cell: ({ at }) => <Time at={at} /> },
        { id: 'who', label: t('key.who'), cell: ({ actor }) => nameOf(actor) },
        { id: 'from', label: t('key.from'), cell: ({ address }) => address ?? '—' },
      ]}
    />
  )
}
