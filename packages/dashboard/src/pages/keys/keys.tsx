import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { type Key, keysQuery } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { GuardedButton, useWhyNot } from '../../app/guarded-button.tsx'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { CreateKeyDialog, RevokeDialog, RotateDialog } from './key-dialogs.ts'
import { isFiltered, KeyFilters, type KeySearch, queryOf } from './key-filters.tsx'
import { KeyList } from './key-list.tsx'
import { copyOf, type Prefill, prefillOf } from './prefill.ts'
import { SelectionBar } from './selection-bar.tsx'

type Doing =
  | { what: 'create'; prefill: Prefill | null }
  | { what: 'revoke'; keys: readonly Key[] }
  | { what: 'rotate'; key: Key }
  | null

/** Settings → API Keys: what there is, make one, end one. */
export function KeysPage() {
  const t = useTexts()
  const mayRead = useMay('keys:read')
  const mayWrite = useMay('keys:write')
  const whyNot = useWhyNot(mayWrite, 'create.role')
  const asked = useSearch({ from: '/inside/settings/api-keys' })
  // What a link fills a form in with is no filter of the list behind it.
  const search = asked.create === undefined ? asked : {}
  const navigate = useNavigate({ from: '/settings/api-keys' })
  const show = (next: KeySearch): void => void navigate({ search: next, replace: true })
  const [doing, setDoing] = useState<Doing>(() => {
    const prefill = prefillOf(asked)
    return prefill === null ? null : { what: 'create', prefill }
  })
  const [selected, setSelected] = useState<ReadonlyMap<string, Key> | null>(null)
  const [newId, setNewId] = useState<string | null>(null)
  const { data, error, refetch } = useQuery({ ...keysQuery(queryOf(search)), enabled: mayRead })
  const close = (): void => {
    setDoing(null)
    // A link that fills the form in has done so; reloading must not open it again.
    if (asked.create !== undefined) show({})
  }
  const closeMade = (id: string | null): void => {
    close()
    if (id === null) return
    setNewId(id)
    // After the dialog has given the focus back, and the list has the row.
    setTimeout(() => document.getElementById(`row-${id}`)?.focus(), FOCUS_MS)
  }
  const select = (key: Key, isSelected: boolean): void => {
    const next = new Map(selected)
    if (isSelected) next.set(key.id, key)
    else next.delete(key.id)
    setSelected(next)
  }
  const create = (look: 'primary' | 'secondary') => (
    <GuardedButton
      look={look}
      icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
      whyNot={whyNot}
      onClick={() => setDoing({ what: 'create', prefill: null })}
    >
      {t('keys.create')}
    </GuardedButton>
  )
  if (!mayRead) return <NotAllowed title={t('nav.keys')} />
  return (
    <Page title={t('nav.keys')} lead={t('keys.lead')} action={create('primary')}>
      {asked.create !== undefined && whyNot !== null && <p role="alert">{whyNot}</p>}
      <KeyFilters search={search} onChange={show}>
        {mayWrite && (
          <Button aria-pressed={selected !== null} onClick={() => setSelected(selected ? null : new Map())}>
            {t('keys.select')}
          </Button>
        )}
      </KeyFilters>
      {selected !== null && (
        <SelectionBar
          count={selected.size}
          onRevoke={() => setDoing({ what: 'revoke', keys: [...selected.values()] })}
          onEnd={() => setSelected(null)}
        />
      )}
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      {data !== undefined &&
        (data.total > 0 ? (
          <KeyList
            page={data}
            search={search}
            onSearch={show}
            onRevoke={(key) => setDoing({ what: 'revoke', keys: [key] })}
            onRotate={(key) => setDoing({ what: 'rotate', key })}
            mayWrite={mayWrite}
            selected={selected}
            onSelect={select}
            newId={newId}
          />
        ) : isFiltered(search) ? (
          <Empty
            title={t('list.nomatch')}
            action={<Button onClick={() => show({})}>{t('list.clear')}</Button>}
          />
        ) : (
          <Empty title={t('keys.empty.title')} action={create('secondary')}>
            <p>{t('keys.empty.text')}</p>
            <p className="mt-2">{t('keys.empty.browser')}</p>
          </Empty>
        ))}
      {doing?.what === 'create' && mayWrite && (
        <CreateKeyDialog
          key={doing.prefill?.name}
          keys={data?.keys ?? []}
          prefill={doing.prefill}
          onClose={closeMade}
          onRevoke={(key) => setDoing({ what: 'revoke', keys: [key] })}
        />
      )}
      {doing?.what === 'revoke' && (
        <RevokeDialog
          keys={doing.keys}
          onClose={() => {
            close()
            setSelected(null)
          }}
          onRotate={(key) => setDoing({ what: 'rotate', key })}
          onReplace={(key) => setDoing({ what: 'create', prefill: copyOf(key) })}
        />
      )}
      {doing?.what === 'rotate' && <RotateDialog subject={doing.key} onClose={close} />}
    </Page>
  )
}

/** Radix gives the focus back within a frame. */
const FOCUS_MS = 100
