import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useRef, useState } from 'react'
import { ApiError } from '../api/api-error.ts'
import { call } from '../api/call.ts'
import { type Session, sessionQuery, useSession } from '../api/session.ts'
import { useTexts } from '../i18n/i18n.ts'
import { AgainElsewhere } from '../pages/people/again-elsewhere.tsx'
import { SecondStep } from '../pages/people/second-step.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FailureNote } from '../ui/failure-note.tsx'
import { PasswordField } from '../ui/field.tsx'
import { forgetSessionOver } from './session-over.ts'

/** Over the page, when the session has ended: what was typed stays where it is. */
export function SignInAgain() {
  const t = useTexts()
  const formId = useId()
  const queries = useQueryClient()
  const { user } = useSession()
  const fieldRef = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const done = async (session: Session): Promise<void> => {
    // Whoever else it is must not find what somebody before has typed.
    if (session.user.id !== user.id) return location.reload()
    queries.setQueryData(sessionQuery.queryKey, session)
    forgetSessionOver()
    await queries.invalidateQueries()
  }
  const signIn = useMutation({
    mutationFn: () => call('signIn', { body: { email: user.email, password } }),
    onSuccess: async ({ signed_in }) =>
      signed_in ? await done(await call('getSession')) : setNeedsCode(true),
    onError: () => setPassword(''),
  })
  const isWrong =
    signIn.error instanceof ApiError &&
    (signIn.error.code === 'SIGN_IN_FAILED' || signIn.error.status === 400)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    // The dialog stands inside another form's page.
    event.stopPropagation()
    signIn.mutate()
  }
  return (
    <Dialog
      open
      onClose={() => undefined}
      title={<h2>{t('signin')}</h2>}
      description={t('state.session')}
      focusFirst={fieldRef}
      footer={
        <>
          <Button asChild className="mr-auto">
            <a href="/dashboard/sign-in">{t('session.other')}</a>
          </Button>
          {!needsCode && user.has_password && (
            <Button type="submit" form={formId} look="primary" busy={signIn.isPending}>
              {t('signin')}
            </Button>
          )}
        </>
      }
    >
      {needsCode ? (
        <SecondStep
          onDone={async () => await done(await call('getSession'))}
          onBack={() => setNeedsCode(false)}
        />
      ) : (
        <div className="flex flex-col gap-4">
          <p>
            {t('people.email')}: <strong>{user.email}</strong>
          </p>
          {user.has_password && (
            <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
              <FailureNote error={isWrong ? null : signIn.error} />
              <PasswordField
                ref={fieldRef}
                label={t('people.password')}
                autoComplete="current-password"
                error={isWrong ? t('reauth.wrong') : null}
                value={password}
                onChange={({ target }) => setPassword(target.value)}
              />
            </form>
          )}
          <AgainElsewhere isEnough={() => true} onDone={(session) => void done(session)} />
        </div>
      )}
    </Dialog>
  )
}
