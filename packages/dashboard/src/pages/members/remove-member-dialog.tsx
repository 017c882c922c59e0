import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { type Member, useRemoveMember } from '../../api/members.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { ReceiptDialog } from '../keys/receipt-dialog.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import { lastOwnerText } from './change-role-dialog.tsx'

type Props = { member: Member; isSelf: boolean; onClose: () => void }

/** Ends a membership: what ends with it, one press, the proof. */
export function RemoveMemberDialog({ member, isSelf, onClose }: Props) {
  const t = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const remove = useRemoveMember()
  const { withFreshSignIn, question } = useFreshSignIn()
  const [removed, setRemoved] = useState<AnswerOf<'removeMember'> | null>(null)
  const { name } = member
  const leave = async (): Promise<void> => {
    queries.clear()
    await navigate({ to: '/sign-in' })
  }
  const send = async (): Promise<void> => {
    const done = await withFreshSignIn(() => remove.mutateAsync(member.user_id)).catch(() => null)
    if (done === null) return
    if (isSelf) await leave()
    else setRemoved(done)
  }
  if (question !== null) return question
  if (removed !== null)
    return (
      <ReceiptDialog
        receipts={[removed.receipt]}
        title={t('members.removed', { name, sessions: removed.sessions_ended })}
        onClose={onClose}
      />
    )
  return (
    <ConfirmDialog
      title={t(isSelf ? 'members.leave.title' : 'members.remove.title', { name })}
      description={t(isSelf ? 'members.leave.text' : 'members.remove.text')}
      verb={t(isSelf ? 'members.leave' : 'members.remove')}
      isPending={remove.isPending}
      error={remove.error}
      errorText={lastOwnerText(remove.error, t('members.lastowner'))}
      onConfirm={() => void send()}
      onCancel={onClose}
    >
      <p>{t('members.keys.stay', { name })}</p>
    </ConfirmDialog>
  )
}
