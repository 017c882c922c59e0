import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { setupQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Card } from './card.tsx'
import { CHARACTERS_MIN, isSaidThere, isWhole, NewAccountFields, NO_ACCOUNT } from './new-account-fields.tsx'

/** Make an account. What it says at the end is the same whether or not the address has one already. */
export function SignUpPage() {
  const t = useTexts()
  const { data: setup } = useQuery(setupQuery)
  const [wish, setWish] = useState(NO_ACCOUNT)
  const [wasSent, setSent] = useState(false)
  const signUp = useMutation({
    mutationFn: () => {
      const { name, accountName, email, password } = wish
      const account = accountName.trim() === '' ? {} : { account_name: accountName }
      return call('signUp', { body: { name, email, password, ...account } })
    },
  })
  if (setup !== undefined && setup.sign_up !== 'open')
    return (
      <Card title={t('signup')} lead={t('signup.closed')}>
        <SignInLink />
      </Card>
    )
  if (signUp.data !== undefined)
    return (
      <Card title={t(signUp.data.next === 'inbox' ? 'signup.sent.title' : 'signup.done.title')}>
        <p role="status">{t(signUp.data.next === 'inbox' ? 'signup.sent' : 'signup.nomail')}</p>
        <SignInLink />
      </Card>
    )
  const charactersMin = setup?.password.characters_min ?? CHARACTERS_MIN
  const submit = (): void => {
    setSent(true)
    if (isWhole(wish)) signUp.mutate()
  }
  return (
    <Card title={t('signup')} onSubmit={submit}>
      {!isSaidThere(signUp.error) && <FailureNote error={signUp.error} />}
      <NewAccountFields
        value={wish}
        onChange={setWish}
        charactersMin={charactersMin}
        wasSent={wasSent}
        error={signUp.error}
      />
      <Button type="submit" look="primary" busy={signUp.isPending}>
        {t('signup')}
      </Button>
      <SignInLink />
    </Card>
  )
}

function SignInLink() {
  const t = useTexts()
  return (
    <p className="text-center text-small text-muted">
      {t('signup.known')}{' '}
      <Link to="/sign-in" className="link">
        {t('signin')}
      </Link>
    </p>
  )
}
