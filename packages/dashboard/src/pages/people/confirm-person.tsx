import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { type Session, sessionQuery, useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { AgainElsewhere } from './again-elsewhere.tsx'

/** Asks once more who it is, where a fresh sign-in is needed. What was typed before is kept by whoever shows this. */
export function ConfirmPerson({ onConfirmed, onCancel }: { onConfirmed: () => void; onCancel: () => void }) {
  const t = useTexts()
  const formId = useId()
  const queries = useQueryClient()
  const fieldRef = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const { user, recent_until } = useSession()
  const [staleUntil] = useState(recent_until)
  const confirmed = (session: Session): void => {
    // Whoever else it is must not find what somebody before has typed.
    if (session.user.id !== user.id) return location.reload()
    queries.setQueryData(sessionQuery.queryKey, session)
    onConfirmed()
  }
  const confirm = useMutation({
    mutationFn: () => call('confirmSession', { body: { password } }),
    onSuccess: confirmed,
    onError: () => setPassword(''),
  })
  const isWrong =
    confirm.error instanceof ApiError &&
    ['SIGN_IN_FAILED', 'VALIDATION_ERROR'].includes(confirm.error.code ?? '')
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onCancel()}
      busy={confirm.isPending}
      title={<h2>{t('reauth.title')}</h2>}
      description={t('reauth.why')}
      focusFirst={fieldRef}
      footer={
        <>
          {!confirm.isPending && <Button onClick={onCancel}>{t('cancel')}</Button>}
          {user.has_password && (
            <Button type="submit" form={formId} look="primary" busy={confirm.isPending}>
              {t('reauth.submit')}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {user.has_password && (
          <Form id={formId} onSubmit={() => confirm.mutate()} className="flex flex-col gap-4">
            {!isWrong && <FailureNote error={confirm.error} />}
            <PasswordField
              ref={fieldRef}
              label={t('people.password')}
              autoComplete="current-password"
              error={isWrong ? t('reauth.wrong') : null}
              value={password}
              onChange={({ target }) => setPassword(target.value)}
            />
          </Form>
        )}
        <AgainElsewhere isEnough={(session) => session.recent_until > staleUntil} onDone={confirmed} />
      </div>
    </Dialog>
  )
}
