import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { useChangePassword } from '../../api/profile.ts'
import { useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/section.tsx'
import { NewPasswordField } from '../people/new-password-field.tsx'
import { isPasswordProblem } from '../people/password-problem.ts'

/** Another password. All other sessions end with it. */
export function PasswordSection() {
  const t = useTexts()
  const { user } = useSession()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [wasSent, setSent] = useState(false)
  const isMissing = wasSent && current === ''
  const change = useChangePassword()
  const { error } = change
  const isWrong = error instanceof ApiError && error.code === 'SIGN_IN_FAILED'
  const submit = (): void => {
    setSent(true)
    if (current === '' || next === '') return
    change.mutate(
      { currentPassword: current, newPassword: next },
      {
        onSuccess: () => {
          setSent(false)
          setCurrent('')
          setNext('')
        },
      },
    )
  }
  if (!user.has_password) return <Section title={t('people.password')} lead={t('password.none')} />
  return (
    <Section title={t('people.password')} lead={t('password.lead')}>
      <Form onSubmit={submit} className="flex max-w-[400px] flex-col gap-4">
        {!isWrong && !isPasswordProblem(error) && <FailureNote error={error} />}
        <input type="hidden" autoComplete="username" value={user.email} readOnly />
        <PasswordField
          label={t('password.current')}
          autoComplete="current-password"
          error={isMissing ? t('people.password.missing') : isWrong ? t('reauth.wrong') : null}
          value={current}
          onChange={({ target }) => setCurrent(target.value)}
        />
        <NewPasswordField
          label={t('reset.password')}
          value={next}
          onChange={setNext}
          error={error}
          wasSent={wasSent}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" busy={change.isPending}>
            {t('password.change')}
          </Button>
          <p role="status" className="text-small text-ok-text">
            {change.isSuccess && t('password.changed')}
          </p>
        </div>
      </Form>
    </Section>
  )
}
