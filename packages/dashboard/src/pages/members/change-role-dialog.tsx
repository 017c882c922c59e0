import { ApiError } from '../../api/api-error.ts'
import { type Member, useChangeMember } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ProvedQuestion } from '../keys/proved-question.tsx'
import { useApplied } from '../keys/receipt-summary.ts'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'
import type { RoleName } from './roles.ts'

type Props = {
  member: Member
  role: RoleName
  onClose: () => void
  /** Hears what has happened, in words. */
  onChanged: (said: string) => void
}

/** Names what a role may do before it is given. */
export function ChangeRoleDialog({ member, role, onClose, onChanged }: Props) {
  const t = useTexts()
  const applied = useApplied()
  const change = useChangeMember()
  const { withFreshSignIn, question } = useFreshSignIn()
  const { name } = member
  const send = async (): Promise<void> => {
    const changed = await withFreshSignIn(() => change.mutateAsync({ id: member.user_id, role })).catch(
      () => null,
    )
    if (changed === null) return
    onChanged(t('members.changed', { name, role: t(`role.${role}`), ...applied(changed.receipt) }))
    onClose()
  }
  if (question !== null) return question
  return (
    <ProvedQuestion
      title={t('members.change.title', { name, role: t(`role.${role}`) })}
      description={t('members.change.text')}
      verb={t('members.change')}
      look="primary"
      change={change}
      again={t('members.change')}
      errorText={lastOwnerText(change.error, t('members.lastowner'))}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {([member.role, role] as const).map((each, at) => (
          <div key={each} className="contents">
            <dt className="text-muted">
              {t(at === 0 ? 'members.change.from' : 'members.change.to', { role: t(`role.${each}`) })}
            </dt>
            <dd>{t(`role.${each}.may`)}</dd>
          </div>
        ))}
      </dl>
    </ProvedQuestion>
  )
}

/** What to say where an account would be without an owner. */
export const lastOwnerText = (error: unknown, text: string): string | undefined =>
  error instanceof ApiError && error.code === 'CONFLICT' ? text : undefined
