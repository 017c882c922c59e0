import { useState } from 'react'
import { type Entry, useDeleteEntry } from '../../api/dictionaries.ts'
import { useMay } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Take } from '../../sound/take.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { SampleButton } from '../../ui/sample-button.tsx'

type Props = {
  dictionaryId: string
  language: string | null
  entries: readonly Entry[]
  mayWrite: boolean
  onEdit: (entry: Entry) => void
}

/** Words and how they are said. */
export function EntryList({ dictionaryId, language, entries, mayWrite, onEdit }: Props) {
  const t = useTexts()
  const maySpeak = useMay('tokens:write')
  const remove = useDeleteEntry(dictionaryId)
  const [heard, setHeard] = useState<{ id: number; take: Take } | null>(null)
  const hear = ({ id, word }: Entry): void => {
    heard?.take.stop()
    const request = {
      text: word,
      dictionary_ids: [Number(dictionaryId)],
      ...(language === null ? {} : { language: language.slice(0, 2) }),
    }
    setHeard({ id, take: new Take(request, null) })
  }
  const columns: Column<Entry>[] = [
    {
      id: 'word',
      label: t('dict.word'),
      cell: (entry) => (
        <span className="flex min-w-0 items-center gap-2">
          {maySpeak && (
            <SampleButton
              label={entry.word}
              take={heard?.id === entry.id ? heard.take : null}
              onHear={() => hear(entry)}
            />
          )}
          <span className="min-w-0 break-words font-semibold">{entry.word}</span>
        </span>
      ),
    },
    { id: 'replacement', label: t('dict.replacement'), cell: ({ replacement }) => replacement },
    { id: 'ipa', label: t('dict.ipa'), width: 'w-[16%]', cell: ({ ipa }) => ipa ?? '—' },
    {
      id: 'case',
      label: t('dict.case.short'),
      width: 'w-[12%]',
      cell: ({ case_sensitive }) => t(case_sensitive ? 'dict.case.yes' : 'dict.case.no'),
    },
    {
      id: 'actions',
      label: t('keys.col.actions'),
      isQuiet: true,
      width: 'w-52',
      cell: (entry) =>
        mayWrite && (
          <>
            <Button size="row" look="quiet" onClick={() => onEdit(entry)}>
              {t('dict.edit.short')}
              <span className="sr-only">{entry.word}</span>
            </Button>
            <Button size="row" look="quiet" onClick={() => remove.mutate(entry.id)}>
              {t('dict.remove')}
              <span className="sr-only">{entry.word}</span>
            </Button>
          </>
        ),
    },
  ]
  return (
    <>
      <FailureNote error={remove.error} />
      <DataTable caption={t('nav.dictionaries')} rows={entries} rowKey={({ id }) => id} columns={columns} />
    </>
  )
}
