import { useId, useRef, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { type Key, type KeyWithSecret, useCreateKey } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Form } from '../../ui/form.tsx'
import { ConfirmPerson } from '../people/confirm-person.tsx'
import { type KeyDraft, KeyFields, newKeyOf, problemsOf, startingDraft } from './key-fields.tsx'
import { LostKey } from './lost-key.tsx'
import type { Prefill } from './prefill.ts'
import { SecretDialog } from './secret-dialog.tsx'

type Props = {
  /** Keys that there are: a name that is taken is allowed, but noted. */
  keys: readonly Key[]
  prefill: Prefill | null
  /** With the id of the key that was made, if one was. */
  onClose: (madeId: string | null) => void
  /** Where a key was made whose secret never came. */
  onRevoke: (key: Key) => void
}

/** Create a key: form, if need be who it is, then the secret; one dialog. */
export function CreateKeyDialog({ keys, prefill, onClose, onRevoke }: Props) {
  const t = useTexts()
  const formId = useId()
  const nameRef = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState<KeyDraft>(() => startingDraft(prefill))
  const [pressed, setPressed] = useState(false)
  const [confirming, setConfirming] = useState(false)
  const [made, setMade] = useState<KeyWithSecret | null>(null)
  const sinceMs = useRef(0)
  const known = useRef<ReadonlySet<string>>(new Set())
  const create = useCreateKey()
  const problems = problemsOf(draft, Date.now())
  const isReady = Object.values(problems).every((problem) => problem === null)

  const send = (): void => {
    sinceMs.current = Date.now()
    known.current = new Set(keys.map(({ id }) => id))
    create.mutate(newKeyOf(draft, Date.now()), {
      onSuccess: (key) => {
        setMade(key)
        create.reset()
      },
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'REAUTHENTICATION_REQUIRED') setConfirming(true)
      },
    })
  }
  const submit = (): void => {
    setPressed(true)
    if (isReady) send()
  }
  if (made !== null) return <SecretDialog made={made} onClose={() => onClose(made.id)} />
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
      onClose={(why) => why !== 'outside' && onClose(null)}
      busy={create.isPending}
      title={<h2>{t('keys.create')}</h2>}
      {...(prefill?.from === 'link' ? { description: t('create.prefilled') } : {})}
      focusFirst={nameRef}
      footer={
        <>
          {!create.isPending && <Button onClick={() => onClose(null)}>{t('cancel')}</Button>}
          <Button type="submit" form={formId} look="primary" busy={create.isPending}>
            {t('keys.create')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {create.error instanceof ApiError && create.error.code === null ? (
          <LostKey
            name={draft.name.trim()}
            sinceMs={sinceMs.current}
            known={known.current}
            onRevoke={onRevoke}
          />
        ) : (
          <FailureNote error={create.error} />
        )}
        <KeyFields
          draft={draft}
          onChange={setDraft}
          problems={problems}
          showAll={pressed}
          takenNames={keys.map(({ name }) => name)}
          nameRef={nameRef}
        />
      </Form>
    </Dialog>
  )
}
