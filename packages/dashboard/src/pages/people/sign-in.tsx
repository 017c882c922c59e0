import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { setupQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { useFailureText } from '../../ui/problem.tsx'
import { Card } from './card.tsx'
import { EmailField, isEmail } from './email-field.tsx'
import { useEnter } from './enter.ts'
import { OtherWays } from './other-ways.tsx'
import { SecondStep } from './second-step.tsx'

/** Sign in with a passkey, or an address and a password, and then a code. What is wrong never says who exists. */
export function SignInPage() {
  const t = useTexts()
  const enter = useEnter()
  const { to, error: failedThere } = useSearch({ from: '/outside/sign-in' })
  const { data: setup } = useQuery(setupQuery)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  const passwordRef = useRef<HTMLInputElement>(null)
  const [needsCode, setNeedsCode] = useState(false)
  const done = (): void => enter(to)
  const signIn = useMutation({
    mutationFn: () => call('signIn', { body: { email, password } }),
    onSuccess: ({ signed_in }) => {
      if (signed_in) return done()
      setPassword('')
      setNeedsCode(true)
    },
    onError: () => {
      setPassword('')
      setSent(false)
      passwordRef.current?.focus()
    },
  })
  const say = useSignInFailure()
  const submit = (): void => {
    setSent(true)
    if (isEmail(email) && password !== '') signIn.mutate()
  }
  if (needsCode) return <SecondStep onDone={done} onBack={() => setNeedsCode(false)} />
  return (
    <Card title={t('signin')} onSubmit={submit}>
      <OtherWays providers={setup?.providers ?? []} failed={failedThere} onDone={done} />
      <FailureNote error={signIn.error} text={say(signIn.error)} />
      <EmailField
        value={email}
        onChange={setEmail}
        wasSent={wasSent}
        error={null}
        autoComplete="username webauthn"
      />
      <PasswordField
        ref={passwordRef}
        error={wasSent && password === '' && !signIn.isPending ? t('people.password.missing') : null}
        label={t('people.password')}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" look="primary" busy={signIn.isPending}>
        {t('signin')}
      </Button>
      <p className="flex flex-wrap justify-between gap-x-4 gap-y-2 text-small text-muted">
        <Link to="/reset" className="link">
          {t('signin.forgotten')}
        </Link>
        {setup?.sign_up === 'open' && (
          <span>
            {t('signin.new')}{' '}
            <Link to="/sign-up" className="link">
              {t('signup')}
            </Link>
          </span>
        )}
      </p>
    </Card>
  )
}

function useSignInFailure(): (error: unknown) => string {
  const t = useTexts()
  const say = useFailureText()
  return (error) => {
    if (!(error instanceof ApiError)) return say(error)
    if (error.code === 'RATE_LIMITED') return t('signin.slow', { seconds: error.retryAfterS ?? 60 })
    if (error.code === 'SIGN_IN_FAILED' && error.message.startsWith('Confirm')) return t('signin.unconfirmed')
    if (error.code === 'SIGN_IN_FAILED' || error.status === 400 || error.status === 401)
      return t('signin.wrong')
    return say(error)
  }
}
