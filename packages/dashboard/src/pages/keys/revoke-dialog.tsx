import { useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { type Key, type Receipt, useRevokeKeys } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { AlertDialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useFailureText } from '../../ui/problem.tsx'
import { ReceiptDialog } from './receipt-dialog.tsx'
import { RevokeFacts, RevokeManyFacts } from './revoke-facts.tsx'
import { RevokeWaiting } from './revoke-waiting.tsx'

/** A second press of a double click is not an answer. */
const DEAF_MS = 500
const REASONS = ['leaked', 'replaced', 'unneeded', 'other'] as const

type Props = {
  keys: readonly Key[]
  onClose: () => void
  onRotate: (key: Key) => void
  onReplace: (key: Key) => void
}

/** Ends keys: the facts, one press, the proof. Many at once take their number typed. */
export function RevokeDialog({ keys, onClose, onRotate, onReplace }: Props) {
  const t = useTexts()
  const say = useFailureText()
  const cancelRef = useRef<HTMLButtonElement>(null)
  const numberRef = useRef<HTMLInputElement>(null)
  const [openedMs] = useState(Date.now)
  const [reason, setReason] = useState<string>('')
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [receipts, setReceipts] = useState<Receipt[] | null>(null)
  const revoke = useRevokeKeys()
  const [first] = keys
  const single = keys.length === 1 ? first : undefined
  if (receipts !== null)
    return (
      <ReceiptDialog
        receipts={receipts}
        onClose={onClose}
        {...(single === undefined ? {} : { onReplace: () => onReplace(single) })}
      />
    )
  const send = (): void => {
    if (Date.now() - openedMs < DEAF_MS) return
    if (single === undefined && typed.trim() !== String(keys.length)) {
      setWrong(true)
      return numberRef.current?.focus()
    }
    revoke.mutate(
      { ids: keys.map(({ id }) => id), reason: reason === '' ? null : reason },
      { onSuccess: ({ revoked }) => setReceipts(revoked.map(({ receipt }) => receipt)) },
    )
  }
  return (
    <AlertDialog
      open
      onCancel={() => !revoke.isPending && onClose()}
      title={
        <h2>
          {single === undefined
            ? t('revoke.title.many', { count: keys.length })
            : t('revoke.title', { name: single.name })}
        </h2>
      }
      description={t('revoke.final')}
      focusFirst={cancelRef}
      footer={
        <>
          {revoke.isPending ? (
            <RevokeWaiting />
          ) : (
            <>
              {single?.last_used != null && reason !== 'leaked' && (
                <button
                  type="button"
                  onClick={() => onRotate(single)}
                  className="link mr-auto min-h-9 text-left text-small max-[480px]:w-full"
                >
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
      {single === undefined ? <RevokeManyFacts keys={keys} /> : <RevokeFacts subject={single} />}
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
      {single === undefined && (
        <TextField
          ref={numberRef}
          label={t('revoke.bulk', { count: keys.length })}
          error={isWrong && typed.trim() !== String(keys.length) ? t('revoke.bulk.wrong') : null}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      )}
    </AlertDialog>
  )
}
