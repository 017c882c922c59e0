import { useId, useRef, useState } from 'react'
import { type Entry, type NewEntry, useSaveEntry } from '../../api/dictionaries.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'

type Props = {
  dictionaryId: string
  /** Null: a new one. */
  entry: Entry | null
  onClose: () => void
}

/** A word and how it is said. */
export function EntryDialog({ dictionaryId, entry, onClose }: Props) {
  const t = useTexts()
  const formId = useId()
  const wordRef = useRef<HTMLInputElement>(null)
  const save = useSaveEntry(dictionaryId)
  const [draft, setDraft] = useState({
    word: entry?.word ?? '',
    replacement: entry?.replacement ?? '',
    ipa: entry?.ipa ?? '',
    isSensitive: entry?.case_sensitive ?? false,
  })
  const [pressed, setPressed] = useState(false)
  const isWrong = draft.word.trim() === '' || draft.replacement.trim() === ''
  const submit = (): void => {
    setPressed(true)
    if (isWrong) return
    const body: NewEntry = {
      word: draft.word.trim(),
      replacement: draft.replacement,
      ipa: draft.ipa.trim() === '' ? null : draft.ipa.trim(),
      case_sensitive: draft.isSensitive,
    }
    save.mutate({ entryId: entry?.id ?? null, entry: body }, { onSuccess: onClose })
  }
  const missing = (text: string): string | null =>
    pressed && text.trim() === '' ? t('dict.entry.missing') : null
  const title = t(entry === null ? 'dict.add' : 'dict.edit')
  return (
    <Dialog
      open
      onClose={(why) => why !== 'outside' && onClose()}
      title={<h2>{title}</h2>}
      focusFirst={wordRef}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" form={formId} look="primary" busy={save.isPending}>
            {t('dict.save')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <FailureNote error={save.error} />
        <TextField
          ref={wordRef}
          label={t('dict.word')}
          error={missing(draft.word)}
          maxLength={200}
          autoComplete="off"
          value={draft.word}
          onChange={({ target }) => setDraft({ ...draft, word: target.value })}
        />
        <TextField
          label={t('dict.replacement')}
          error={missing(draft.replacement)}
          maxLength={1000}
          autoComplete="off"
          value={draft.replacement}
          onChange={({ target }) => setDraft({ ...draft, replacement: target.value })}
        />
        <TextField
          label={t('dict.ipa')}
          help={t('dict.ipa.help')}
          maxLength={200}
          autoComplete="off"
          value={draft.ipa}
          onChange={({ target }) => setDraft({ ...draft, ipa: target.value })}
        />
        <label className="flex min-h-7 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={draft.isSensitive}
            onChange={({ target }) => setDraft({ ...draft, isSensitive: target.checked })}
          />
          {t('dict.case')}
        </label>
      </Form>
    </Dialog>
  )
}
