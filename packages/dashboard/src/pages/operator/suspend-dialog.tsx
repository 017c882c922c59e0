import { useState } from 'react'
import type { Receipt } from '../../api/keys.ts'
import { type OperatedAccount, useSuspendAccount } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ReceiptDialog } from '../keys/receipt-dialog.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'

type Props = { account: OperatedAccount; onClose: () => void }

/** Stops a whole account: what stops, its name typed, the proof. */
export function SuspendDialog({ account, onClose }: Props) {
  const t = useTexts()
  const { name, keys, streams_now: streams } = account
  const [reason, setReason] = useState('')
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const suspend = useSuspendAccount(account.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const send = async (): Promise<void> => {
    const why = reason.trim() === '' ? null : reason.trim()
    const done = await withFreshSignIn(() => suspend.mutateAsync(why)).catch(() => null)
    if (done !== null) setReceipt(done.receipt)
  }
  if (question !== null) return question
  if (receipt !== null)
    return (
      <ReceiptDialog receipts={[receipt]} title={t('operator.suspend.done', { name })} onClose={onClose} />
    )
  return (
    <ConfirmDialog
      title={t('operator.suspend.title', { name })}
      description={t('operator.suspend.text', { keys, streams })}
      verb={t('operator.suspend')}
      typed={{ label: t('operator.suspend.type', { name }), text: name }}
      isPending={suspend.isPending}
      error={suspend.error}
      onConfirm={() => void send()}
      onCancel={onClose}
    >
      <TextField
        label={t('revoke.reason')}
        maxLength={500}
        autoComplete="off"
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
    </ConfirmDialog>
  )
}
