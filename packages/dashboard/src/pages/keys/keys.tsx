import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { type Key, keysQuery } from '../../api/keys.ts'
import { useMay } from '../../api/session.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { isFiltered, KeyFilters, type KeySearch, queryOf } from './key-filters.tsx'
import { KeyList } from './key-list.tsx'
import { prefillOf } from './prefill.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'

type Doing = { what: 'create' } | { what: 'revoke'; key: Key } | { what: 'rotate'; key: Key } | null

/** Settings → API Keys: what there is, make one, end one. */
export function KeysPage() {
  const t = useTexts()
  const mayWrite = useMay('keys:write')
  const search = useSearch({ from: '/inside/settings/api-keys' })
  const navigate = useNavigate({ from: '/settings/api-keys' })
  const show = (next: KeySearch): void => void navigate({ search: next, replace: true })
  const prefill = prefillOf(search)
  const [doing, setDoing] = useState<Doing>(prefill === null ? null : { what: 'create' })
  const { data, error, refetch } = useQuery(keysQuery(queryOf(search)))
  const close = (): void => setDoing(null)
  const create = (
    <Button
      look="primary"
      icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
      aria-disabled={!mayWrite}
      {...(mayWrite ? {} : { title: t('create.role') })}
      onClick={() => setDoing({ what: 'create' })}
    >
      {t('keys.create')}
    </Button>
  )
  return (
    <Page title={t('nav.keys')} lead={t('keys.lead')} action={create}>
      <KeyFilters search={search} onChange={show} />
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      {data !== undefined &&
        (data.total > 0 ? (
          <KeyList
            page={data}
            search={search}
            onSearch={show}
            onRevoke={(key) => setDoing({ what: 'revoke', key })}
            onRotate={(key) => setDoing({ what: 'rotate', key })}
            mayWrite={mayWrite}
          />
        ) : isFiltered(search) ? (
          <Empty
            title={t('list.nomatch')}
            action={<Button onClick={() => show({})}>{t('list.clear')}</Button>}
          />
        ) : (
          <Empty title={t('keys.empty.title')} action={create}>
            <p>{t('keys.empty.text')}</p>
            <p className="mt-2">{t('keys.empty.browser')}</p>
          </Empty>
        ))}
      {doing?.what === 'create' && (
        <CreateKeyDialog names={data?.keys.map(({ name }) => name) ?? []} prefill={prefill} onClose={close} />
      )}
      {doing?.what === 'revoke' && (
        <RevokeDialog
          keys={[doing.key]}
          onClose={close}
          onRotate={() => setDoing({ what: 'rotate', key: doing.key })}
          onReplace={() => setDoing({ what: 'create' })}
        />
      )}
      {doing?.what === 'rotate' && <RotateDialog subject={doing.key} onClose={close} />}
    </Page>
  )
}
