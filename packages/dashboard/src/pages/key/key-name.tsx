import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { type Key, useChangeKey } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useFailureText } from '../../ui/problem.tsx'

/** Renames a key in place: Enter saves, Esc leaves it as it was. */
export function KeyName({ subject: { id, name } }: { subject: Key }) {
  const t = useTexts()
  const say = useFailureText()
  const [draft, setDraft] = useState<string | null>(null)
  const change = useChangeKey(id)
  if (draft === null)
    return (
      <Button look="quiet" onClick={() => setDraft(name)}>
        {t('key.rename')}
      </Button>
    )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (draft.trim() === '') return
    change.mutate({ name: draft.trim() }, { onSuccess: () => setDraft(null) })
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setDraft(null)
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
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
    </form>
  )
}
