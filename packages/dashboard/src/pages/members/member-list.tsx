import type { Member } from '../../api/members.ts'
import { useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Time } from '../../ui/time.tsx'
import { RoleSelect } from './role-select.tsx'
import type { RoleName } from './roles.ts'

type Props = {
  members: readonly Member[]
  ownId: string
  mayWrite: boolean
  onChange: (member: Member, role: RoleName) => void
  onRemove: (member: Member) => void
}

/** The account's people. The last owner stays what they are. */
export function MemberList({ members, ownId, mayWrite, onChange, onRemove }: Props) {
  const t = useTexts()
  const isOwner = useSession().account?.role === 'owner'
  const owners = members.filter(({ role }) => role === 'owner').length
  const isLastOwner = ({ role }: Member): boolean => role === 'owner' && owners === 1
  /** Only owners touch owners. */
  const mayTouch = (member: Member): boolean =>
    mayWrite && !isLastOwner(member) && (isOwner || member.role !== 'owner')
  return (
    <div className="flex flex-col gap-2">
      <DataTable
        caption={t('nav.members')}
        rows={members}
        rowKey={({ user_id }) => user_id}
        columns={[
          {
            id: 'person',
            label: t('members.col.person'),
            width: 'w-[34%]',
            cell: ({ name, email, user_id }) => (
              <span className="flex min-w-0 flex-col">
                <span className="flex min-w-0 items-center gap-2">
                  <span className="truncate font-semibold" title={name}>
                    {name}
                  </span>
                  {user_id === ownId && <Badge>{t('members.you')}</Badge>}
                </span>
                <span className="truncate text-small text-muted" title={email}>
                  {email}
                </span>
              </span>
            ),
          },
          {
            id: 'role',
            label: t('members.col.role'),
            width: 'w-[18%]',
            cell: (member) =>
              mayTouch(member) ? (
                <RoleSelect
                  label={t('members.role.of', { name: member.name })}
                  value={member.role}
                  mayMakeOwners={isOwner}
                  onChange={(role) => onChange(member, role)}
                />
              ) : (
                t(`role.${member.role}`)
              ),
          },
          {
            id: 'factor',
            label: t('members.col.factor'),
            cell: ({ second_factor }) => (
              <Badge tone={second_factor ? 'ok' : 'plain'}>
                {t(second_factor ? 'members.factor.on' : 'members.factor.off')}
              </Badge>
            ),
          },
          {
            id: 'active',
            label: t('members.col.active'),
            cell: ({ last_active_at }) =>
              last_active_at === null ? (
                <span className="text-muted">{t('members.never')}</span>
              ) : (
                <Time at={last_active_at} />
              ),
          },
          {
            id: 'actions',
            label: t('keys.col.actions'),
            width: 'w-32',
            isQuiet: true,
            cell: (member) =>
              (mayTouch(member) || (member.user_id === ownId && mayWrite && !isLastOwner(member))) && (
                <Button size="row" look="quiet" onClick={() => onRemove(member)}>
                  {t(member.user_id === ownId ? 'members.leave' : 'members.remove')}
                  <span className="sr-only">{member.name}</span>
                </Button>
              ),
          },
        ]}
      />
      {owners === 1 && <p className="text-small text-muted">{t('members.lastowner')}</p>}
    </div>
  )
}
