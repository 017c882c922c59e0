import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { sessionQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Card } from './card.tsx'
import { useEnter } from './enter.ts'
import { JoinAsNew } from './join-as-new.tsx'
import { useLinkSecret } from './link-secret.ts'

export type InvitationView = AnswerOf<'viewInvitation'>

/** What somebody was invited to, and the way in: with an account they have, or a new one. */
export function InvitePage() {
  const t = useTexts()
  const secret = useLinkSecret()
  const { data: session } = useQuery(sessionQuery)
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', secret],
    queryFn: ({ signal }) => call('viewInvitation', { body: { invitation: secret ?? '' }, signal }),
    enabled: secret !== null,
    gcTime: 0,
  })
  if (secret === null || (error instanceof ApiError && [400, 401, 403, 404, 409].includes(error.status)))
    return (
      <Card title={t('join.stale')}>
        <p role="alert">{t('join.stale.text')}</p>
        <p className="text-small">
          <Link to="/sign-in" className="link">
            {t('signin.to')}
          </Link>
        </p>
      </Card>
    )
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined || session === undefined) return <Skeleton rows={4} />
  if (session === null) return <JoinAsNew invitation={data} secret={secret} />
  return session.user.email === data.email ? (
    <JoinAsKnown invitation={data} secret={secret} />
  ) : (
    <ForSomebodyElse invitation={data} own={session.user.email} />
  )
}

function JoinAsKnown({ invitation, secret }: { invitation: InvitationView; secret: string }) {
  const t = useTexts()
  const enter = useEnter()
  const join = useMutation({
    mutationFn: () => call('acceptInvitation', { body: { invitation: secret } }),
    onSuccess: () => enter(),
  })
  const { account_name, role } = invitation
  return (
    <Card
      title={t('join.title', { account: account_name })}
      lead={t('join.as', { role: t(`role.${role}`), may: t(`role.${role}.may`) })}
    >
      <FailureNote error={join.error} />
      <Button look="primary" busy={join.isPending} onClick={() => join.mutate()}>
        {t('join')}
      </Button>
      <p className="text-center text-small">
        <Link to="/" className="link">
          {t('join.later')}
        </Link>
      </p>
    </Card>
  )
}

function ForSomebodyElse({ invitation, own }: { invitation: InvitationView; own: string }) {
  const t = useTexts()
  const queries = useQueryClient()
  const leave = useMutation({
    mutationFn: () => call('signOut'),
    onSuccess: () => queries.resetQueries({ queryKey: sessionQuery.queryKey }),
  })
  return (
    <Card title={t('join.title', { account: invitation.account_name })}>
      <p>{t('join.other', { email: invitation.email, own })}</p>
      <FailureNote error={leave.error} />
      <Button look="primary" busy={leave.isPending} onClick={() => leave.mutate()}>
        {t('menu.signout')}
      </Button>
    </Card>
  )
}
