import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { invitationsQuery, type Member, membersQuery } from '../../api/members.ts'
import { useMay, useSession } from '../../api/session.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { late } from '../../ui/late.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { InvitationList } from './invitation-list.tsx'
import { MemberList } from './member-list.tsx'
import type { RoleName } from './roles.ts'

const InviteDialog = late(async () => (await import('./invite-dialog.tsx')).InviteDialog)
const ChangeRoleDialog = late(async () => (await import('./change-role-dialog.tsx')).ChangeRoleDialog)
const RemoveMemberDialog = late(async () => (await import('./remove-member-dialog.tsx')).RemoveMemberDialog)

type Doing =
  | { what: 'invite'; email?: string; role?: RoleName }
  | { what: 'change'; member: Member; role: RoleName }
  | { what: 'remove'; member: Member }
  | null

/** Settings → Members: who is in the account, as what, and who was asked. */
export function MembersPage() {
  const t = useTexts()
  const mayRead = useMay('members:read')
  const mayWrite = useMay('members:write')
  const whyNot = useWhyNot(mayWrite, 'members.role')
  const { user } = useSession()
  const [doing, setDoing] = useState<Doing>(null)
  const [said, setSaid] = useState('')
  const { data: members, error, refetch } = useQuery({ ...membersQuery, enabled: mayRead })
  const { data: invitations = [] } = useQuery({ ...invitationsQuery, enabled: mayRead })
  const close = (): void => setDoing(null)
  const invite = (
    <GuardedButton
      look="primary"
      icon={<UserPlus size={16} strokeWidth={1.75} aria-hidden />}
      whyNot={whyNot}
      onClick={() => setDoing({ what: 'invite' })}
    >
      {t('members.invite')}
    </GuardedButton>
  )
  if (!mayRead) return <NotAllowed title={t('nav.members')} />
  return (
    <Page title={t('nav.members')} lead={t('members.lead')} action={invite}>
      <p role="status" className={said === '' ? 'sr-only' : 'text-ok-text'}>
        {said}
      </p>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {members === undefined && error === null && <Skeleton rows={3} />}
      {members !== undefined && (
        <MemberList
          members={members}
          ownId={user.id}
          mayWrite={mayWrite}
          onChange={(member, role) => setDoing({ what: 'change', member, role })}
          onRemove={(member) => setDoing({ what: 'remove', member })}
        />
      )}
      {invitations.length > 0 && (
        <InvitationList
          invitations={invitations}
          members={members ?? []}
          mayWrite={mayWrite}
          onRenew={({ email, role }) => setDoing({ what: 'invite', email, role })}
        />
      )}
      {members?.length === 1 && invitations.length === 0 && (
        <Empty title={t('members.alone')}>{t('members.alone.text')}</Empty>
      )}
      {doing?.what === 'invite' && <InviteDialog {...doing} onClose={close} />}
      {doing?.what === 'change' && <ChangeRoleDialog {...doing} onClose={close} onChanged={setSaid} />}
      {doing?.what === 'remove' && (
        <RemoveMemberDialog member={doing.member} isSelf={doing.member.user_id === user.id} onClose={close} />
      )}
    </Page>
  )
}
