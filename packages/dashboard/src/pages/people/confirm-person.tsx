import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { sessionQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { useFailureText } from '../../ui/problem.tsx'

/** Asks once more who it is, where a fresh sign-in is needed. What was typed before is kept by whoever shows this. */
export function ConfirmPerson({ onConfirmed, onCancel }: { onConfirmed: () => void; onCancel: () => void }) {
  const t = useTexts()
  const say = useFailureText()
  const formId = useId()
  const queries = useQueryClient()
  const fieldRef = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const confirm = useMutation({
    mutationFn: () => call('confirmSession', { body: { password } }),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session)
      onConfirmed()
    },
    onError: () => setPassword(''),
  })
  const isWrong =
    confirm.error instanceof ApiError &&
    (confirm.error.status === 401 || confirm.error.code === 'SIGN_IN_FAILED')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    confirm.mutate()
  }
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onCancel()}
      title={<h2>{t('reauth.title')}</h2>}
      description={t('reauth.why')}
      focusFirst={fieldRef}
      footer={
        <>
          <Button onClick={onCancel}>{t('cancel')}</Button>
          <Button type="submit" form={formId} look="primary" busy={confirm.isPending}>
            {t('reauth.submit')}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit}>
        <PasswordField
          ref={fieldRef}
          label={t('people.password')}
          autoComplete="current-password"
          error={confirm.error === null ? null : isWrong ? t('reauth.wrong') : say(confirm.error)}
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </form>
    </Dialog>
  )
}
