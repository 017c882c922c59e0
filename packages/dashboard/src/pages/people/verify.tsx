import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, wrongPartOf } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Card } from './card.tsx'
import { EmailField, isEmail } from './email-field.tsx'
import { useLinkSecret } from './link-secret.ts'

/** Confirm an address by the link that was sent there; or have it sent once more. */
export function VerifyPage() {
  const t = useTexts()
  const token = useLinkSecret()
  const verified = useQuery({
    queryKey: ['verified', token],
    gcTime: 0,
    queryFn: () => call('verifyEmail', { body: { token: token ?? '' } }),
    enabled: token !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (token !== null && verified.isPending)
    return (
      <Card title={t('verify')}>
        <p role="status">{t('verify.busy')}</p>
      </Card>
    )
  if (verified.data !== undefined)
    return (
      <Card title={t('verify.done')}>
        <p role="status">{t('verify.done.text')}</p>
        <Button asChild look="primary">
          <Link to="/sign-in">{t('signin')}</Link>
        </Button>
      </Card>
    )
  const { error } = verified
  // No answer, or one of a server that fails, says nothing about the link.
  if (error !== null && !(error instanceof ApiError && [400, 401, 404].includes(error.status)))
    return <Problem error={error} onRetry={() => void verified.refetch()} />
  return <SendAgain isStale={error !== null} />
}

function SendAgain({ isStale }: { isStale: boolean }) {
  const t = useTexts()
  const [email, setEmail] = useState('')
  const [wasSent, setSent] = useState(false)
  const send = useMutation({ mutationFn: () => call('sendVerificationEmail', { body: { email } }) })
  if (send.data !== undefined)
    return (
      <Card title={t('verify')}>
        <p role="status">{t(send.data.next === 'inbox' ? 'verify.sent' : 'reset.nomail')}</p>
        <p className="text-center text-small">
          <Link to="/sign-in" className="link">
            {t('signin.to')}
          </Link>
        </p>
      </Card>
    )
  return (
    <Card
      title={t('verify')}
      lead={t(isStale ? 'verify.stale' : 'verify.lead')}
      onSubmit={() => {
        setSent(true)
        if (isEmail(email)) send.mutate()
      }}
    >
      {wrongPartOf(send.error) !== 'email' && <FailureNote error={send.error} />}
      <EmailField value={email} onChange={setEmail} wasSent={wasSent} error={send.error} />
      <Button type="submit" look="primary" busy={send.isPending}>
        {t('verify.send')}
      </Button>
    </Card>
  )
}
