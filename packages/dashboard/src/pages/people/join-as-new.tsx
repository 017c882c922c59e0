import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, wrongPartOf } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card } from './card.tsx'
import { useEnter } from './enter.ts'
import type { InvitationView } from './invite.tsx'
import { NameField } from './name-field.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { isPasswordProblem } from './password-problem.ts'

/** Joins as somebody who is new here: a name and a password, then inside. */
export function JoinAsNew({ invitation, secret }: { invitation: InvitationView; secret: string }) {
  const t = useTexts()
  const enter = useEnter()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  const { account_name, email, role } = invitation
  const join = useMutation({
    mutationFn: async () => {
      const { next } = await call('signUp', { body: { name, email, password, invitation: secret } })
      if (next === 'sign_in') await call('signIn', { body: { email, password } })
      return next
    },
    onSuccess: (next) => next === 'sign_in' && enter(),
  })
  if (join.data === 'inbox')
    return (
      <Card title={t('signup.sent.title')}>
        <p role="status">{t('signup.sent')}</p>
        <p className="text-center text-small">
          <Link to="/sign-in" className="link">
            {t('signin.to')}
          </Link>
        </p>
      </Card>
    )
  const { error } = join
  // The answer to a sign-up never says it; the sign-in after it does.
  const isKnown = error instanceof ApiError && error.code === 'SIGN_IN_FAILED'
  return (
    <Card
      title={t('join.title', { account: account_name })}
      lead={t('join.as', { role: t(`role.${role}`), may: t(`role.${role}.may`) })}
      onSubmit={() => {
        setSent(true)
        if (name.trim() !== '' && password !== '') join.mutate()
      }}
    >
      {!isPasswordProblem(error) && wrongPartOf(error) !== 'name' && (
        <FailureNote error={error} text={isKnown ? t('join.known') : undefined} />
      )}
      <TextField label={t('people.email')} type="email" autoComplete="username" readOnly value={email} />
      <NameField value={name} onChange={setName} wasSent={wasSent} error={error} />
      <NewPasswordField
        label={t('people.password')}
        value={password}
        onChange={setPassword}
        error={error}
        wasSent={wasSent}
      />
      <Button type="submit" look="primary" busy={join.isPending}>
        {t('join')}
      </Button>
      <p className="text-center text-small text-muted">
        {t('signup.known')}{' '}
        <Link to="/sign-in" search={{ to: location.pathname }} className="link">
          {t('signin')}
        </Link>
      </p>
    </Card>
  )
}
