import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { type Key, type Receipt, useRevokeKeys } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { AlertDialog } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { useFailureText } from '../../ui/problem.tsx'
import { ReceiptDialog } from './receipt-dialog.tsx'
import { RevokeFacts } from './revoke-facts.tsx'

/** A second press of a double click is not an answer. */
const DEAF_MS = 500
/** After this it is said what is waited for. */
const PATIENCE_MS = 400
const REASONS = ['leaked', 'replaced', 'unneeded', 'other'] as const

type Props = { keys: readonly Key[]; onClose: () => void; onRotate: () => void; onReplace: () => void }

/** Ends keys: the facts, one press, the proof. */
export function RevokeDialog({ keys, onClose, onRotate, onReplace }: Props) {
  const t = useTexts()
  const say = useFailureText()
  const cancelRef = useRef<HTMLButtonElement>(null)
  const openedMs = useRef(Date.now())
  const [reason, setReason] = useState<string>('')
  const [receipts, setReceipts] = useState<Receipt[] | null>(null)
  const revoke = useRevokeKeys()
  const name = keys[0]?.name ?? ''
  const isUsed = keys.some(({ last_used }) => last_used !== null)
  if (receipts !== null) return <ReceiptDialog receipts={receipts} onClose={onClose} onReplace={onReplace} />
  const send = (): void => {
    if (Date.now() - openedMs.current < DEAF_MS) return
    revoke.mutate(
      { ids: keys.map(({ id }) => id), reason: reason === '' ? null : reason },
      { onSuccess: ({ revoked }) => setReceipts(revoked.map(({ receipt }) => receipt)) },
    )
  }
  return (
    <AlertDialog
      open
      onCancel={() => !revoke.isPending && onClose()}
      title={<h2>{t('revoke.title', { name })}</h2>}
      description={t('revoke.final')}
      focusFirst={cancelRef}
      footer={
        <>
          {revoke.isPending ? (
            <Waiting />
          ) : (
            <>
              {isUsed && reason !== 'leaked' && (
                <button type="button" onClick={onRotate} className="link mr-auto text-small">
                  {t('revoke.instead')}
                </button>
              )}
              <Button ref={cancelRef} onClick={onClose}>
                {t('cancel')}
              </Button>
            </>
          )}
          <Button look="danger" busy={revoke.isPending} onClick={send}>
            {revoke.isPending ? t('revoke.busy') : t('revoke.action')}
          </Button>
        </>
      }
    >
      {revoke.error !== null && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger-text">
          {revoke.error instanceof ApiError && revoke.error.code === null
            ? t('revoke.failed')
            : say(revoke.error)}
        </p>
      )}
      {keys.map((key) => (
        <RevokeFacts key={key.id} subject={key} />
      ))}
      <SelectField
        label={t('revoke.reason')}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      >
        <option value="">{t('revoke.reason.none')}</option>
        {REASONS.map((each) => (
          <option key={each} value={each}>
            {t(`revoke.reason.${each}`)}
          </option>
        ))}
      </SelectField>
    </AlertDialog>
  )
}

function Waiting() {
  const t = useTexts()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p role="status" className="mr-auto self-center text-small text-muted">
      {isLong && t('revoke.waiting')}
    </p>
  )
}
