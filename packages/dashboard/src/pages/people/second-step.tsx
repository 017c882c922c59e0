import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card } from './card.tsx'

type Props = { onDone: () => void; onBack: () => void }

/** The second step of a sign-in: a code of the app, or one of those that were kept for the day it is gone. */
export function SecondStep({ onDone, onBack }: Props) {
  const t = useTexts()
  const [isRecovery, setRecovery] = useState(false)
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: () => {
      const body = { code: code.replaceAll(' ', '') }
      return isRecovery ? call('verifyRecoveryCode', { body }) : call('verifyCode', { body })
    },
    onSuccess: onDone,
    onError: () => setCode(''),
  })
  const { error } = verify
  const isWrong = error instanceof ApiError && (error.status === 400 || error.code === 'SIGN_IN_FAILED')
  const other = (): void => {
    setRecovery(!isRecovery)
    setCode('')
    verify.reset()
  }
  return (
    <Card
      title={t('signin.second')}
      lead={t(isRecovery ? 'signin.second.recovery' : 'signin.second.text')}
      onSubmit={() => verify.mutate()}
    >
      {!isWrong && <FailureNote error={error} />}
      <TextField
        key={String(isRecovery)}
        label={t(isRecovery ? 'recovery.code' : 'totp.code')}
        error={isWrong ? t(isRecovery ? 'recovery.wrong' : 'totp.wrong') : null}
        autoComplete="one-time-code"
        inputMode={isRecovery ? 'text' : 'numeric'}
        spellCheck={false}
        autoCapitalize="none"
        autoFocus
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      <Button type="submit" look="primary" busy={verify.isPending}>
        {t('signin')}
      </Button>
      <div className="flex flex-wrap justify-between gap-2 text-small">
        <button type="button" className="link" onClick={other}>
          {t(isRecovery ? 'signin.second.app' : 'signin.second.other')}
        </button>
        <button type="button" className="link" onClick={onBack}>
          {t('signin.back')}
        </button>
      </div>
    </Card>
  )
}
