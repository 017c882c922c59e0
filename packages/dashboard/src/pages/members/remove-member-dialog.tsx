import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type Member, useRemoveMember } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ProvedQuestion } from '../keys/proved-question.tsx'
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
  const { name } = member
  const leave = async (): Promise<void> => {
    queries.clear()
    await navigate({ to: '/sign-in' })
  }
  const send = async (): Promise<void> => {
    const done = await withFreshSignIn(() => remove.mutateAsync(member.user_id)).catch(() => null)
    if (done !== null && isSelf) await leave()
  }
  if (question !== null) return question
  const { data: removed } = remove
  return (
    <ProvedQuestion
      title={t(isSelf ? 'members.leave.title' : 'members.remove.title', { name })}
      description={t(isSelf ? 'members.leave.text' : 'members.remove.text')}
      verb={t(isSelf ? 'members.leave' : 'members.remove')}
      change={remove}
      proof={{
        receipts: removed === undefined || isSelf ? undefined : [removed.receipt],
        title: t('members.removed', { name, sessions: removed?.sessions_ended ?? 0 }),
      }}
      errorText={lastOwnerText(remove.error, t('members.lastowner'))}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      <p>{t('members.keys.stay', { name })}</p>
    </ProvedQuestion>
  )
}
