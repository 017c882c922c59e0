import { lazy, Suspense, useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { useEnableSecondFactor, useVerifyCode } from '../../api/profile.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { PasswordDialog } from './password-dialog.tsx'

const QrCode = lazy(() => import('./qr-code.tsx').then(({ QrCode: component }) => ({ default: component })))

type Props = {
  onClose: () => void
  /** Hears the recovery codes once the first code has been taken. */
  onDone: (codes: readonly string[]) => void
}

/** Adds a second factor: password, then the app, then its first code. */
export function SecondFactorDialog({ onClose, onDone }: Props) {
  const t = useTexts()
  const enable = useEnableSecondFactor()
  const [made, setMade] = useState<AnswerOf<'enableSecondFactor'> | null>(null)
  if (made !== null)
    return <FirstCode uri={made.totpURI} onVerified={() => onDone(made.backupCodes)} onClose={onClose} />
  return (
    <PasswordDialog
      title={t('totp.title')}
      text={t('totp.password')}
      verb={t('totp.next')}
      error={enable.error}
      isPending={enable.isPending}
      send={(password) => enable.mutateAsync({ password })}
      onDone={setMade}
      onClose={onClose}
    />
  )
}

function FirstCode({
  uri,
  onVerified,
  onClose,
}: {
  uri: string
  onVerified: () => void
  onClose: () => void
}) {
  const t = useTexts()
  const formId = useId()
  const codeRef = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const verify = useVerifyCode()
  const { error } = verify
  const isWrong = error instanceof ApiError && (error.status === 400 || error.code === 'SIGN_IN_FAILED')
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const submit = (): void => {
    verify.mutate(code.replaceAll(' ', ''), { onSuccess: onVerified, onError: () => setCode('') })
  }
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      busy={verify.isPending}
      title={<h2>{t('totp.title')}</h2>}
      description={t('totp.scan')}
      focusFirst={codeRef}
      footer={
        <>
          {!verify.isPending && <Button onClick={onClose}>{t('cancel')}</Button>}
          <Button type="submit" form={formId} look="primary" busy={verify.isPending}>
            {t('totp.confirm')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {!isWrong && <FailureNote error={error} />}
        <div className="mx-auto size-48">
          <Suspense fallback={null}>
            <QrCode text={uri} label={t('totp.qr')} />
          </Suspense>
        </div>
        <details>
          <summary className="text-small text-muted">{t('totp.manual')}</summary>
          <div className="pt-2">
            <CodeBlock label={t('totp.manual')} code={[secret]} />
          </div>
        </details>
        <TextField
          ref={codeRef}
          label={t('totp.code')}
          error={isWrong ? t('totp.wrong') : null}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={10}
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      </Form>
    </Dialog>
  )
}
