import { useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { type Key, type KeyWithSecret, useRotateKey } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { SelectField } from '../../ui/field.tsx'
import { ConfirmPerson } from '../people/confirm-person.tsx'
import { SecretDialog } from './secret-dialog.tsx'

/** Offered overlaps, in seconds. */
const OVERLAPS_S = [0, 3_600, 86_400, 604_800] as const
const OVERLAP_S = 86_400

/** Names one wish, so that sending it twice rotates once. */
const newAttempt = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')

/** Gives a key a new secret; the old one works on for a while. */
export function RotateDialog({ subject, onClose }: { subject: Key; onClose: () => void }) {
  const t = useTexts()
  const selectRef = useRef<HTMLSelectElement>(null)
  const attempt = useRef(newAttempt())
  const [overlapSeconds, setOverlap] = useState<number>(OVERLAP_S)
  const [confirming, setConfirming] = useState(false)
  const [made, setMade] = useState<KeyWithSecret | null>(null)
  const rotate = useRotateKey()
  const send = (): void =>
    rotate.mutate(
      { id: subject.id, overlapSeconds, attempt: attempt.current },
      {
        onSuccess: (key) => {
          setMade(key)
          rotate.reset()
        },
        onError: (error) => {
          if (error instanceof ApiError && error.code === 'REAUTHENTICATION_REQUIRED') setConfirming(true)
        },
      },
    )
  if (made !== null) return <SecretDialog made={made} onClose={onClose} />
  if (confirming)
    return (
      <ConfirmPerson
        onConfirmed={() => {
          setConfirming(false)
          send()
        }}
        onCancel={() => setConfirming(false)}
      />
    )
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      busy={rotate.isPending}
      title={<h2>{t('rotate.title', { name: subject.name })}</h2>}
      description={t('rotate.text')}
      focusFirst={selectRef}
      footer={
        <>
          {!rotate.isPending && <Button onClick={onClose}>{t('cancel')}</Button>}
          <Button look="primary" busy={rotate.isPending} onClick={send}>
            {t('rotate.action')}
          </Button>
        </>
      }
    >
      <FailureNote error={rotate.error} />
      <SelectField
        ref={selectRef}
        label={t('rotate.overlap')}
        value={overlapSeconds}
        onChange={({ target }) => {
          setOverlap(Number(target.value))
          attempt.current = newAttempt()
        }}
      >
        {OVERLAPS_S.map((seconds) => (
          <option key={seconds} value={seconds}>
            {t(`rotate.overlap.${seconds}`)}
          </option>
        ))}
      </SelectField>
    </Dialog>
  )
}
