import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { sessionQuery, setupQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { useFailureText } from '../../ui/problem.tsx'
import { Card } from './card.tsx'

/** Sign in with an address and a password. What is wrong never says who exists. */
export function SignInPage() {
  const t = useTexts()
  const queries = useQueryClient()
  const router = useRouter()
  const { to } = useSearch({ from: '/outside/sign-in' })
  const { data: setup } = useQuery(setupQuery)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => call('signIn', { body: { email, password } }),
    onSuccess: async () => {
      await queries.resetQueries({ queryKey: sessionQuery.queryKey })
      router.history.push(ownPath(to ?? BASE))
    },
    onError: () => setPassword(''),
  })
  const say = useSignInFailure()
  return (
    <Card title={t('signin')} onSubmit={() => signIn.mutate()}>
      {signIn.error !== null && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger-text">
          {say(signIn.error)}
        </p>
      )}
      <TextField
        label={t('people.email')}
        type="email"
        autoComplete="username webauthn"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label={t('people.password')}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" look="primary" busy={signIn.isPending}>
        {t('signin')}
      </Button>
      {setup?.sign_up === 'open' && (
        <p className="text-center text-small text-muted">
          {t('signin.new')}{' '}
          <Link to="/sign-up" className="link">
            {t('signup')}
          </Link>
        </p>
      )}
    </Card>
  )
}

/** A way inside this dashboard; anything else leads to its first page. */
const ownPath = (to: string): string => (/^\/dashboard(?:[/?]|$)/.test(to) ? to : BASE)
const BASE = '/dashboard'

function useSignInFailure(): (error: unknown) => string {
  const t = useTexts()
  const say = useFailureText()
  return (error) => {
    if (!(error instanceof ApiError)) return say(error)
    if (error.code === 'RATE_LIMITED') return t('signin.slow', { seconds: error.retryAfterS ?? 60 })
    if (error.code === 'SIGN_IN_FAILED' || error.status === 400 || error.status === 401)
      return t('signin.wrong')
    return say(error)
  }
}
