import { useState } from 'react'
import { type NewEntry, readAllEntries, useReplaceEntries } from '../../api/dictionaries.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { downloadFile } from '../../ui/download.ts'
import { DropZone } from '../../ui/drop-zone.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { type CsvProblem, type Difference, differenceOf, readCsv, writeCsv } from './csv.ts'

type Read = { entries: NewEntry[]; now: NewEntry[]; difference: Difference; problems: CsvProblem[] }
/** Rows of a preview. */
const SHOWN_MAX = 100
const KINDS = ['added', 'changed', 'removed'] as const

/** A file takes the place of all entries: what that changes is shown first, and what is there now is offered as a file. */
export function ImportDialog({
  dictionaryId,
  name,
  onClose,
}: {
  dictionaryId: string
  name: string
  onClose: () => void
}) {
  const t = useTexts()
  const [read, setRead] = useState<Read | null>(null)
  const [error, setError] = useState<unknown>(null)
  const replace = useReplaceEntries(dictionaryId)
  const take = async ([file]: File[]): Promise<void> => {
    if (file === undefined) return
    setError(null)
    try {
      const { entries, problems } = readCsv(await file.text())
      const now = await readAllEntries(dictionaryId)
      setRead({ entries, now, problems, difference: differenceOf(now, entries) })
    } catch (thrown) {
      setError(thrown)
    }
  }
  const mayReplace = read !== null && read.problems.length === 0 && read.entries.length > 0
  const send = (): void => {
    if (read !== null && mayReplace) replace.mutate(read.entries, { onSuccess: onClose })
  }
  return (
    <Dialog
      open
      wide
      onClose={(why) => why !== 'outside' && !replace.isPending && onClose()}
      title={<h2>{t('dict.import')}</h2>}
      description={t('dict.import.text')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          {read !== null && (
            <Button look="primary" busy={replace.isPending} aria-disabled={!mayReplace} onClick={send}>
              {t('dict.import.replace', { count: read.entries.length })}
            </Button>
          )}
        </>
      }
    >
      <FailureNote error={error ?? replace.error} />
      <DropZone label={t('dict.import.choose')} accept=".csv,text/csv" onFiles={(files) => void take(files)}>
        <p>{t('dict.import.drop')}</p>
      </DropZone>
      {read !== null && read.problems.length > 0 && (
        <ul role="alert" className="flex flex-col gap-1 text-danger-text">
          {read.problems.slice(0, 10).map(({ line, reason }) => (
            <li key={line}>{t(`dict.csv.${reason}`, { line })}</li>
          ))}
          {read.problems.length > 10 && <li>{t('dict.csv.more', { count: read.problems.length - 10 })}</li>}
        </ul>
      )}
      {read !== null && read.problems.length === 0 && (
        <>
          <p role="status">
            {t('dict.import.summary', {
              added: read.difference.added.length,
              changed: read.difference.changed.length,
              removed: read.difference.removed.length,
            })}
          </p>
          <Preview difference={read.difference} />
          {read.now.length > 0 && (
            <Button
              className="self-start"
              onClick={() =>
                downloadFile(new Blob([writeCsv(read.now)], { type: 'text/csv' }), `${name}.csv`)
              }
            >
              {t('dict.import.backup')}
            </Button>
          )}
        </>
      )}
    </Dialog>
  )
}

const TONES = { added: 'text-ok-text', changed: 'text-warn-text', removed: 'text-danger-text' } as const

function Preview({ difference }: { difference: Difference }) {
  const t = useTexts()
  const rows = KINDS.flatMap((kind) => difference[kind].map((entry) => ({ kind, entry })))
  if (rows.length === 0) return null
  return (
    <ScrollRegion label={t('dict.import.preview')} className="max-h-60 rounded-card border border-line">
      <table className="w-full">
        <caption className="sr-only">{t('dict.import.preview')}</caption>
        <tbody>
          {rows.slice(0, SHOWN_MAX).map(({ kind, entry: { word, replacement } }) => (
            <tr key={`${kind} ${word}`} className="border-b border-line last:border-0">
              <td className={`px-3 py-1.5 text-small ${TONES[kind]}`}>{t(`dict.import.${kind}`)}</td>
              <th scope="row" className="px-3 py-1.5 text-left font-medium">
                {word}
              </th>
              <td className="px-3 py-1.5">{kind === 'removed' ? '' : replacement}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
