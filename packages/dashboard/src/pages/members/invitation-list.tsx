import { type Invitation, type Member, useWithdrawInvitation } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Time } from '../../ui/time.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'

type Props = {
  invitations: readonly Invitation[]
  members: readonly Member[]
  mayWrite: boolean
  /** Makes a new link for the same person; the old one ends. */
  onRenew: (invitation: Invitation) => void
}

/** Who was asked and has not answered. */
export function InvitationList({ invitations, members, mayWrite, onRenew }: Props) {
  const t = useTexts()
  const withdraw = useWithdrawInvitation()
  const { withFreshSignIn, question } = useFreshSignIn()
  const end = async (id: string): Promise<boolean> =>
    await withFreshSignIn(() => withdraw.mutateAsync(id)).then(
      () => true,
      () => false,
    )
  const nameOf = (actor: string): string =>
    members.find(({ user_id }) => actor === `member:${user_id}`)?.name ?? actor
  return (
    <section aria-labelledby="invitations" className="flex flex-col gap-3">
      <h2 id="invitations">{t('invitations')}</h2>
      <FailureNote error={withdraw.error} />
      <DataTable
        caption={t('invitations')}
        rows={invitations}
        rowKey={({ id }) => id}
        columns={[
          {
            id: 'address',
            label: t('people.email'),
            width: 'w-[34%]',
            cell: ({ email, created_by }) => (
              <span className="flex min-w-0 flex-col">
                <span className="truncate font-semibold" title={email}>
                  {email}
                </span>
                <span className="truncate text-small text-muted">
                  {t('invitations.by', { name: nameOf(created_by) })}
                </span>
              </span>
            ),
          },
          {
            id: 'role',
            label: t('members.col.role'),
            width: 'w-[18%]',
            cell: ({ role }) => t(`role.${role}`),
          },
          {
            id: 'expires',
            label: t('invitations.expires'),
            cell: ({ expires_at }) => <Time at={expires_at} />,
          },
          {
            id: 'actions',
            label: t('keys.col.actions'),
            width: 'w-56',
            isQuiet: true,
            cell: (invitation) =>
              mayWrite && (
                <>
                  <Button
                    size="row"
                    look="quiet"
                    onClick={async () => (await end(invitation.id)) && onRenew(invitation)}
                  >
                    {t('invitations.renew')}
                    <span className="sr-only">{invitation.email}</span>
                  </Button>
                  <Button size="row" look="quiet" onClick={() => void end(invitation.id)}>
                    {t('invitations.withdraw')}
                    <span className="sr-only">{invitation.email}</span>
                  </Button>
                </>
              ),
          },
        ]}
      />
      {question}
    </section>
  )
}
