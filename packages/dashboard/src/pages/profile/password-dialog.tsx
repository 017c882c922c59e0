import { useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { useSession } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { useFreshSignIn } from '../people/fresh-sign-in.tsx'

type Props<Answer> = {
  title: string
  text: string
  verb: string
  error: unknown
  isPending: boolean
  /** The password is left out where the person has none. */
  send: (password: string | undefined) => Promise<Answer>
  onDone: (answer: Answer) => void
  onClose: () => void
}

/** Does something with the person's password: one field, one button. */
export function PasswordDialog<Answer>(props: Props<Answer>) {
  const { title, text, verb, error, isPending, onClose } = props
  const t = useTexts()
  const formId = useId()
  const fieldRef = useRef<HTMLInputElement>(null)
  const { user } = useSession()
  const [password, setPassword] = useState('')
  const { withFreshSignIn, question } = useFreshSignIn()
  const isWrong = error instanceof ApiError && error.code === 'SIGN_IN_FAILED'
  const submit = async (): Promise<void> => {
    const presented = user.has_password ? password : undefined
    await withFreshSignIn(() => props.send(presented)).then(props.onDone, () => setPassword(''))
  }
  if (question !== null) return question
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      busy={isPending}
      title={<h2>{title}</h2>}
      description={text}
      focusFirst={fieldRef}
      footer={
        <>
          {!isPending && <Button onClick={onClose}>{t('cancel')}</Button>}
          <Button type="submit" form={formId} look="primary" busy={isPending}>
            {verb}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={() => void submit()} className="flex flex-col gap-4">
        {!isWrong && <FailureNote error={error} />}
        {user.has_password && (
          <PasswordField
            ref={fieldRef}
            label={t('people.password')}
            autoComplete="current-password"
            error={isWrong ? t('reauth.wrong') : null}
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
        )}
      </Form>
    </Dialog>
  )
}
