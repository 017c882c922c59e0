import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import {
  dictionaryQuery,
  ENTRIES_A_PAGE,
  type Entry,
  entriesQuery,
  readAllEntries,
  useDeleteDictionary,
} from '../../api/dictionaries.ts'
import { useMay } from '../../api/session.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { ThingFailed } from '../../app/thing-failed.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { downloadFile } from '../../ui/download.ts'
import { FailureNote } from '../../ui/failure-note.tsx'
import { late } from '../../ui/late.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { writeCsv } from './csv.ts'
import { EntryList } from './entry-list.tsx'

const EntryDialog = late(async () => (await import('./entry-form.tsx')).EntryDialog)
const ImportDialog = late(async () => (await import('./import-dialog.tsx')).ImportDialog)

type Doing = { what: 'entry'; entry: Entry | null } | { what: 'import' } | { what: 'delete' } | null

/** One dictionary: its words, each to be heard. */
export function DictionaryPage() {
  const t = useTexts()
  const { id } = useParams({ from: '/inside/dictionaries/$id' })
  const navigate = useNavigate()
  const mayRead = useMay('dictionaries:read')
  const mayWrite = useMay('dictionaries:write')
  const [search, setSearch] = useState('')
  const [page, setPage] = useState(1)
  const [doing, setDoing] = useState<Doing>(null)
  const dictionary = useQuery(dictionaryQuery(id))
  const entries = useQuery(entriesQuery(id, { search: search.trim() || undefined, page }))
  const remove = useDeleteDictionary()
  const close = (): void => setDoing(null)
  const error = dictionary.error ?? entries.error
  const name = dictionary.data?.name ?? t('nav.dictionaries')
  const total = entries.data?.total ?? 0
  const whyNot = useWhyNot(mayWrite, 'state.role')
  const backUp = useMutation({
    mutationFn: async () =>
      downloadFile(new Blob([writeCsv(await readAllEntries(id))], { type: 'text/csv' }), `${name}.csv`),
  })
  const add = (look: 'primary' | 'secondary') => (
    <GuardedButton
      look={look}
      icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
      whyNot={whyNot}
      onClick={() => setDoing({ what: 'entry', entry: null })}
    >
      {t('dict.add')}
    </GuardedButton>
  )
  if (!mayRead) return <NotAllowed title={t('nav.dictionaries')} />
  if (dictionary.error !== null && dictionary.data === undefined)
    return (
      <ThingFailed
        title={t('nav.dictionaries')}
        to="/dictionaries"
        error={dictionary.error}
        onRetry={() => void Promise.all([dictionary.refetch(), entries.refetch()])}
      />
    )
  return (
    <Page
      title={name}
      lead={
        <>
          <Link to="/dictionaries" className="link">
            {t('nav.dictionaries')}
          </Link>{' '}
          · {dictionary.data?.description ?? t('dict.entries.lead')}
        </>
      }
      action={add('primary')}
    >
      <div className="flex flex-wrap gap-2">
        <input
          type="search"
          aria-label={t('dict.search')}
          placeholder={t('dict.search')}
          value={search}
          onChange={({ target }) => {
            setSearch(target.value)
            setPage(1)
          }}
          className="control min-w-0 flex-1 basis-64"
        />
        <GuardedButton whyNot={whyNot} onClick={() => setDoing({ what: 'import' })}>
          {t('dict.import')}
        </GuardedButton>
        <GuardedButton
          whyNot={total === 0 ? t('dict.export.none') : null}
          busy={backUp.isPending}
          onClick={() => backUp.mutate()}
        >
          {t('dict.export')}
        </GuardedButton>
        <GuardedButton whyNot={whyNot} onClick={() => setDoing({ what: 'delete' })}>
          {t('dict.delete')}
        </GuardedButton>
      </div>
      <FailureNote error={backUp.error} />
      {error !== null && (
        <Problem error={error} onRetry={() => void Promise.all([dictionary.refetch(), entries.refetch()])} />
      )}
      {entries.data === undefined && error === null && <Skeleton rows={6} />}
      {entries.data !== undefined && total === 0 && (
        <Empty title={search === '' ? t('dict.entries.empty') : t('list.nomatch')} action={add('secondary')}>
          {t('dict.example')}
        </Empty>
      )}
      {entries.data !== undefined && total > 0 && (
        <EntryList
          dictionaryId={id}
          language={dictionary.data?.language ?? null}
          entries={entries.data.entries}
          mayWrite={mayWrite}
          onEdit={(entry) => setDoing({ what: 'entry', entry })}
        />
      )}
      {total > ENTRIES_A_PAGE && (
        <nav aria-label={t('list.pages')} className="flex justify-end gap-2">
          <Button size="row" aria-disabled={page === 1} onClick={() => setPage(page - 1)}>
            {t('list.previous')}
          </Button>
          <Button size="row" aria-disabled={page * ENTRIES_A_PAGE >= total} onClick={() => setPage(page + 1)}>
            {t('list.next')}
          </Button>
        </nav>
      )}
      {doing?.what === 'entry' && <EntryDialog dictionaryId={id} entry={doing.entry} onClose={close} />}
      {doing?.what === 'import' && <ImportDialog dictionaryId={id} name={name} onClose={close} />}
      {doing?.what === 'delete' && (
        <ConfirmDialog
          title={t('dict.delete.title', { name })}
          description={t('dict.delete.text', { count: total })}
          verb={t('dict.delete')}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() =>
            remove.mutate(Number(id), { onSuccess: () => void navigate({ to: '/dictionaries' }) })
          }
          onCancel={close}
        />
      )}
    </Page>
  )
}
