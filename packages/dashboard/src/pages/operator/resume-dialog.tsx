import { type OperatedAccount, useResumeAccount } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ProvedQuestion } from '../keys/proved-question.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'

type Props = { account: OperatedAccount; onClose: () => void }

/** Lets a suspended account work again. */
export function ResumeDialog({ account, onClose }: Props) {
  const t = useTexts()
  const { name, keys } = account
  const resume = useResumeAccount(account.id)
  const { withFreshSignIn, question } = useFreshSignIn()
  const send = async (): Promise<void> => {
    await withFreshSignIn(() => resume.mutateAsync(null)).catch(() => null)
  }
  if (question !== null) return question
  const receipts = resume.data && [resume.data.receipt]
  return (
    <ProvedQuestion
      title={t('operator.resume.title', { name })}
      description={t('operator.resume.text', { keys })}
      verb={t('operator.resume')}
      look="primary"
      change={resume}
      proof={{ receipts, title: t('operator.resume.done', { name }) }}
      onConfirm={() => void send()}
      onClose={onClose}
    />
  )
}
