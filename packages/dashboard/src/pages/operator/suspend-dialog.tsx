import { useState } from 'react'
import { type OperatedAccount, useSuspendAccount } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { TextField } from '../../ui/field.tsx'
import { ProvedQuestion } from '../keys/proved-question.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'

type Props = { account: OperatedAccount; onClose: () => void }

/** Stops a whole account: what stops, its name typed, the proof. */
export function SuspendDialog({ account, onClose }: Props) {
  const t = useTexts()
  const { name, keys, streams_now: streams } = account
  const [reason, setReason] = useState('')
  const suspend = useSuspendAccount(account.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const send = async (): Promise<void> => {
    const why = reason.trim() === '' ? null : reason.trim()
    await withFreshSignIn(() => suspend.mutateAsync(why)).catch(() => null)
  }
  if (question !== null) return question
  const receipts = suspend.data && [suspend.data.receipt]
  return (
    <ProvedQuestion
      title={t('operator.suspend.title', { name })}
      description={t('operator.suspend.text', { keys, streams })}
      verb={t('operator.suspend')}
      typed={{
        label: t('operator.suspend.type', { name }),
        text: name,
        wrong: t('operator.suspend.wrong', { name }),
      }}
      change={suspend}
      proof={{ receipts, title: t('operator.suspend.done', { name }) }}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      <TextField
        label={t('revoke.reason')}
        maxLength={500}
        autoComplete="off"
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
    </ProvedQuestion>
  )
}
