import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card } from './card.tsx'
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
  return <SendAgain isStale={verified.error !== null} />
}

function SendAgain({ isStale }: { isStale: boolean }) {
  const t = useTexts()
  const [email, setEmail] = useState('')
  const send = useMutation({ mutationFn: () => call('sendVerificationEmail', { body: { email } }) })
  if (send.data !== undefined)
    return (
      <Card title={t('verify')}>
        <p role="status">{t(send.data.next === 'inbox' ? 'verify.sent' : 'reset.nomail')}</p>
      </Card>
    )
  return (
    <Card
      title={t('verify')}
      lead={t(isStale ? 'verify.stale' : 'verify.lead')}
      onSubmit={() => send.mutate()}
    >
      <FailureNote error={send.error} />
      <TextField
        label={t('people.email')}
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <Button type="submit" look="primary" busy={send.isPending}>
        {t('verify.send')}
      </Button>
    </Card>
  )
}
