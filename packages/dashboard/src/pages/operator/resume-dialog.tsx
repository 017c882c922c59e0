import { useState } from 'react'
import type { Receipt } from '../../api/keys.ts'
import { type OperatedAccount, useResumeAccount } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { ReceiptDialog } from '../keys/receipt-dialog.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'

type Props = { account: OperatedAccount; onClose: () => void }

/** Lets a suspended account work again. */
export function ResumeDialog({ account, onClose }: Props) {
  const t = useTexts()
  const { name, keys } = account
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const resume = useResumeAccount(account.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const send = async (): Promise<void> => {
    const done = await withFreshSignIn(() => resume.mutateAsync()).catch(() => null)
    if (done !== null) setReceipt(done.receipt)
  }
  if (question !== null) return question
  if (receipt !== null)
    return (
      <ReceiptDialog receipts={[receipt]} title={t('operator.resume.done', { name })} onClose={onClose} />
    )
  return (
    <ConfirmDialog
      title={t('operator.resume.title', { name })}
      description={t('operator.resume.text', { keys })}
      verb={t('operator.resume')}
      look="primary"
      isPending={resume.isPending}
      error={resume.error}
      onConfirm={() => void send()}
      onCancel={onClose}
    />
  )
}
