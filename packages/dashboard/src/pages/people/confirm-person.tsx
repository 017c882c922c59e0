import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { sessionQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'

/** Asks once more who it is, where a fresh sign-in is needed. What was typed before is kept by whoever shows this. */
export function ConfirmPerson({ onConfirmed, onCancel }: { onConfirmed: () => void; onCancel: () => void }) {
  const t = useTexts()
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
          <Button type="submit" form={formId} look="primary" busy={confirm.isPending}>
            {t('reauth.submit')}
          </Button>
        </>
      }
    >
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
    </Dialog>
  )
}
