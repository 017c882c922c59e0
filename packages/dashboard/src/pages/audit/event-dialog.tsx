import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { AuditEvent } from '../../api/audit.ts'
import { type Receipt, receiptsQuery } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ReceiptDialog } from '../keys/receipt-dialog.tsx'
import { actionText } from './actions.ts'
import type { AuditSearch } from './audit-filters.tsx'
import { useNames } from './names.ts'

type Props = {
  event: AuditEvent
  onClose: () => void
  /** Shows only events like this one. */
  onOnly: (only: AuditSearch) => void
}

/** The proof of what an event tells of: it signs the event's hash. Null where there is none, or it is not known yet. */
function useReceipt({ target, hash }: AuditEvent): Receipt | null {
  const isOfKey = target?.startsWith('key_') === true
  const { data } = useQuery({ ...receiptsQuery(target ?? ''), enabled: isOfKey })
  return data?.find(({ audit_head }) => audit_head === hash) ?? null
}

/** All of one event, with its place in the chain. */
export function EventDialog({ event, onClose, onOnly }: Props) {
  const t = useTexts()
  const language = useLanguage()
  const names = useNames()
  const headingRef = useRef<HTMLHeadingElement>(null)
  const receipt = useReceipt(event)
  const [isProof, setProof] = useState(false)
  const text = actionText(event.action)
  const title = text === null ? event.action : t(text)
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })
  const { actor, target } = event
  const fields: readonly (readonly [string, string | null])[] = [
    [t('audit.col.when'), when.format(new Date(event.at))],
    [t('audit.col.who'), `${names.ofActor(actor)} · ${actor}`],
    [t('audit.col.on'), target === null ? null : `${names.ofTarget(target)} · ${target}`],
    [t('audit.col.from'), event.address],
    [t('audit.agent'), event.agent],
    [t('state.request'), event.request_id],
    [t('audit.seq'), new Intl.NumberFormat(language).format(event.seq)],
    [t('audit.previous'), event.account_previous],
    [t('audit.hash'), event.hash],
  ]
  const hashes = [t('audit.previous'), t('audit.hash')]
  if (receipt !== null && isProof)
    return <ReceiptDialog receipts={[receipt]} title={title} onClose={onClose} />
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={
        <h2 ref={headingRef} tabIndex={-1}>
          {title}
        </h2>
      }
      focusFirst={headingRef}
      footer={
        <>
          <Button onClick={() => onOnly({ actor })}>{t('audit.only.who')}</Button>
          {receipt !== null && <Button onClick={() => setProof(true)}>{t('key.receipt.view')}</Button>}
          {target !== null && <Button onClick={() => onOnly({ target })}>{t('audit.only.on')}</Button>}
          <Button look="primary" onClick={onClose}>
            {t('done')}
          </Button>
        </>
      }
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-small [&_dt]:text-muted">
        {fields.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} className="contents">
                <dt>{name}</dt>
                <dd className="break-words [overflow-wrap:anywhere]">
                  {hashes.includes(name) ? (
                    <code translate="no" className="text-badge">
                      {value}
                    </code>
                  ) : (
                    value
                  )}
                </dd>
              </div>
            ),
        )}
      </dl>
      <CodeBlock label={t('audit.details')} code={[JSON.stringify(event.details, null, 2)]} />
    </Dialog>
  )
}
