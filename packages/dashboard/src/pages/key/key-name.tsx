import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { type Key, useChangeKey } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { useFailureText } from '../../ui/problem.tsx'

/** Renames a key in place: Enter saves, Esc leaves it as it was. */
export function KeyName({ subject: { id, name } }: { subject: Key }) {
  const t = useTexts()
  const say = useFailureText()
  const [draft, setDraft] = useState<string | null>(null)
  const change = useChangeKey(id)
  const buttonRef = useRef<HTMLButtonElement>(null)
  const wasWriting = useRef(false)
  // The field goes with what was typed; the button that brought it is there again.
  useEffect(() => {
    if (draft === null && wasWriting.current) buttonRef.current?.focus()
    wasWriting.current = draft !== null
  }, [draft])
  if (draft === null)
    return (
      <Button ref={buttonRef} look="quiet" onClick={() => setDraft(name)}>
        {t('key.rename')}
      </Button>
    )
  const submit = (): void => {
    if (draft.trim() === '') return
    change.mutate({ name: draft.trim() }, { onSuccess: () => setDraft(null) })
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setDraft(null)
  }
  return (
    <Form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <TextField
        label={t('create.name')}
        error={
          draft.trim() === '' ? t('create.name.missing') : change.error === null ? null : say(change.error)
        }
        autoFocus
        maxLength={100}
        autoComplete="off"
        value={draft}
        onChange={({ target }) => setDraft(target.value)}
        onKeyDown={leave}
      />
      <Button type="submit" look="primary" busy={change.isPending}>
        {t('save')}
      </Button>
    </Form>
  )
}
