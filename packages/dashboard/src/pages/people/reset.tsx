import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, wrongPartOf } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Card } from './card.tsx'
import { EmailField, isEmail } from './email-field.tsx'
import { useLinkSecret } from './link-secret.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { isPasswordProblem } from './password-problem.ts'

/** A forgotten password: ask for a link; with it, choose another. */
export function ResetPage() {
  const token = useLinkSecret()
  const [stale, setStale] = useState<string | null>(null)
  if (token === null || token === stale) return <AskForLink />
  return <ChoosePassword token={token} onStale={() => setStale(token)} />
}

function AskForLink() {
  const t = useTexts()
  const [email, setEmail] = useState('')
  const [wasSent, setSent] = useState(false)
  const ask = useMutation({ mutationFn: () => call('requestPasswordReset', { body: { email } }) })
  const submit = (): void => {
    setSent(true)
    if (isEmail(email)) ask.mutate()
  }
  if (ask.data !== undefined)
    return (
      <Card title={t('reset')}>
        <p role="status">{t(ask.data.next === 'inbox' ? 'reset.sent' : 'reset.nomail')}</p>
        <ToSignIn />
      </Card>
    )
  return (
    <Card title={t('reset')} lead={t('reset.lead')} onSubmit={submit}>
      {wrongPartOf(ask.error) !== 'email' && <FailureNote error={ask.error} />}
      <EmailField value={email} onChange={setEmail} wasSent={wasSent} error={ask.error} />
      <Button type="submit" look="primary" busy={ask.isPending}>
        {t('reset.ask')}
      </Button>
      <ToSignIn />
    </Card>
  )
}

function ChoosePassword({ token, onStale }: { token: string; onStale: () => void }) {
  const t = useTexts()
  const [password, setPassword] = useState('')
  const choose = useMutation({
    mutationFn: () => call('resetPassword', { body: { token, newPassword: password } }),
  })
  const [wasSent, setSent] = useState(false)
  const submit = (): void => {
    setSent(true)
    if (password !== '') choose.mutate()
  }
  if (choose.data !== undefined)
    return (
      <Card title={t('reset.done')}>
        <p role="status">{t('reset.done.text')}</p>
        <ToSignIn />
      </Card>
    )
  const { error } = choose
  const isStale =
    error instanceof ApiError && [400, 401, 404].includes(error.status) && !isPasswordProblem(error)
  if (isStale)
    return (
      <Card title={t('reset.choose')}>
        <FailureNote error={error} text={t('reset.stale')} />
        <Button look="primary" onClick={onStale}>
          {t('reset.again')}
        </Button>
        <ToSignIn />
      </Card>
    )
  return (
    <Card title={t('reset.choose')} onSubmit={submit}>
      {!isPasswordProblem(error) && <FailureNote error={error} />}
      <NewPasswordField
        label={t('reset.password')}
        value={password}
        onChange={setPassword}
        error={error}
        wasSent={wasSent}
      />
      <Button type="submit" look="primary" busy={choose.isPending}>
        {t('reset.save')}
      </Button>
    </Card>
  )
}

function ToSignIn() {
  const t = useTexts()
  return (
    <p className="text-center text-small">
      <Link to="/sign-in" className="link">
        {t('signin.to')}
      </Link>
    </p>
  )
}
