import type { InvitationWithSecret } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { CodeBlock } from '../../ui/code-block.tsx'

/** The links of invitations, this once. Without mail they have to be handed over. */
export function InvitedPanel({ invitations }: { invitations: readonly InvitationWithSecret[] }) {
  const t = useTexts()
  const isMailed = invitations.every(({ mailed }) => mailed)
  return (
    <div className="flex flex-col gap-3">
      <p role="status">{t(isMailed ? 'invite.mailed' : 'invite.unmailed')}</p>
      {invitations.map(({ id, email, url }) => (
        <div key={id} className="flex flex-col gap-1">
          <span className="break-words font-medium">{email}</span>
          <CodeBlock label={t('invite.link', { email })} code={[url]} copyLabel="invite.copy" />
        </div>
      ))}
      <p className="text-small text-muted">{t('invite.once')}</p>
    </div>
  )
}
