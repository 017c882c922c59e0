import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { operatedKeysQuery } from '../../api/operator.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { EnvironmentBadge, LastUsed } from '../keys/key-parts.tsx'
import { KeyStateBadge } from '../keys/key-state.tsx'

const KEYS_A_PAGE = 25

/** Those that are shown at first. */
export const firstKeysQuery = (id: string) => operatedKeysQuery(id, { limit: KEYS_A_PAGE, offset: 0 })

/** Keys of an account, as the operator sees them: never a secret, and nothing to press. */
export function AccountKeys({ id }: { id: string }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  const [page, setPage] = useState(1)
  const offset = (page - 1) * KEYS_A_PAGE
  const { data, error, refetch } = useQuery(operatedKeysQuery(id, { limit: KEYS_A_PAGE, offset }))
  const pages = Math.ceil((data?.total ?? 0) / KEYS_A_PAGE)
  return (
    <section aria-labelledby="keys" className="flex flex-col gap-3">
      <h2 id="keys">{t('operator.keys')}</h2>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.total === 0 && <Empty title={t('operator.keys.none')} />}
      {data !== undefined && data.total > 0 && (
        <DataTable
          caption={t('operator.keys')}
          rows={data.keys}
          rowKey={(key) => key.id}
          columns={[
            {
              id: 'name',
              label: t('keys.col.name'),
              width: 'w-[30%]',
              cell: (key) => (
                <span className="flex min-w-0 flex-col">
                  <span className="truncate font-semibold" title={key.name}>
                    {key.name}
                  </span>
                  <code translate="no" className="text-small text-muted">
                    {key.hint}
                  </code>
                </span>
              ),
            },
            { id: 'environment', label: t('create.env'), cell: (key) => <EnvironmentBadge of={key} /> },
            { id: 'state', label: t('keys.col.state'), cell: (key) => <KeyStateBadge subject={key} /> },
            { id: 'used', label: t('keys.col.used'), cell: (key) => <LastUsed of={key} /> },
            {
              id: 'streams',
              label: t('operator.keys.open'),
              isNumber: true,
              cell: ({ now }) => format.format(now.streams),
            },
          ]}
        />
      )}
      {pages > 1 && (
        <nav aria-label={t('list.pages')} className="flex justify-end gap-2">
          <Button size="row" aria-disabled={page <= 1} onClick={() => page > 1 && setPage(page - 1)}>
            {t('list.previous')}
          </Button>
          <Button size="row" aria-disabled={page >= pages} onClick={() => page < pages && setPage(page + 1)}>
            {t('list.next')}
          </Button>
        </nav>
      )}
    </section>
  )
}
