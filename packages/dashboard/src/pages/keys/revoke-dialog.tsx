import { useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import type { Key } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { AlertDialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ReceiptDialog } from './receipt-dialog.tsx'
import { RevokeFacts, RevokeManyFacts } from './revoke-facts.tsx'
import { RevokeProgress } from './revoke-progress.tsx'
import { RevokeWaiting } from './revoke-waiting.tsx'
import { useRevoking } from './use-revoking.ts'

/** A second press of a double click is not an answer. */
const DEAF_MS = 500
const REASONS = ['leaked', 'replaced', 'unneeded', 'other'] as const

type Props = {
  keys: readonly Key[]
  onClose: () => void
  onRotate: (key: Key) => void
  onReplace: (key: Key) => void
}

/** Ends keys: the facts, one press, each node as it takes it, the proof. Many at once take their number typed. */
export function RevokeDialog({ keys, onClose, onRotate, onReplace }: Props) {
  const t = useTexts()
  const cancelRef = useRef<HTMLButtonElement>(null)
  const numberRef = useRef<HTMLInputElement>(null)
  const [openedMs] = useState(Date.now)
  const [reason, setReason] = useState<string>('')
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const { standing, receipts, isPending, error, revoke } = useRevoking(keys)
  const [first] = keys
  const single = keys.length === 1 ? first : undefined
  if (receipts !== undefined)
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
    revoke(reason === '' ? null : reason)
  }
  const isSilent = error instanceof ApiError && error.code === null
  const question =
    single === undefined
      ? t('revoke.title.many', { count: keys.length })
      : t('revoke.title', { name: single.name })
  return (
    <AlertDialog
      open
      wide={standing !== null}
      onCancel={() => !isPending && onClose()}
      title={<h2>{standing === null ? question : t(isPending ? 'revoke.busy' : 'revoke.unproved')}</h2>}
      description={t('revoke.final')}
      focusFirst={cancelRef}
      footer={
        <>
          {isPending ? (
            <RevokeWaiting standing={standing} />
          ) : (
            <>
              {standing === null && single?.last_used != null && reason !== 'leaked' && (
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
          <Button look="danger" busy={isPending} onClick={send}>
            {isPending ? t('revoke.busy') : t(standing === null ? 'revoke.action' : 'revoke.again')}
          </Button>
        </>
      }
    >
      <FailureNote
        error={error}
        text={
          standing === null
            ? isSilent
              ? t('revoke.failed')
              : undefined
            : t('revoke.cut', { waiting: standing.waiting.length })
        }
      />
      {standing !== null && <RevokeProgress standing={standing} />}
      {standing === null && (
        <>
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
        </>
      )}
    </AlertDialog>
  )
}
