import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { accountsQuery } from '../../api/operator.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { AccountDialogs, type Doing } from './account-dialogs.tsx'
import { AccountList } from './account-list.tsx'

const ACCOUNTS_A_PAGE = 50
/** While somebody types, the list waits. */
const TYPING_MS = 250

/** Operator → Accounts: who is here, on which plan, and the way to stop them. */
export function AccountsPage() {
  const t = useTexts()
  const { q = '', page = 1 } = useSearch({ from: '/inside/operator/accounts' })
  const navigate = useNavigate({ from: '/operator/accounts' })
  const [text, setText] = useState(q)
  const [doing, setDoing] = useState<Doing>(null)
  const query = { ...(q === '' ? {} : { q }), limit: ACCOUNTS_A_PAGE, offset: (page - 1) * ACCOUNTS_A_PAGE }
  const { data, error, refetch } = useQuery(accountsQuery(query))
  useEffect(() => {
    if (text.trim() === q) return
    const timer = setTimeout(() => {
      const search = text.trim() === '' ? {} : { q: text.trim() }
      void navigate({ search, replace: true })
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, q, navigate])
  const pages = Math.ceil((data?.total ?? 0) / ACCOUNTS_A_PAGE)
  const turn = (to: number): void =>
    void navigate({ search: { ...(q === '' ? {} : { q }), page: to }, replace: true })
  return (
    <Page title={t('operator.accounts')} lead={t('operator.accounts.lead')}>
      <input
        type="search"
        aria-label={t('operator.search')}
        placeholder={t('operator.search')}
        autoComplete="off"
        className="control w-full max-w-[480px]"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={5} />}
      {data?.total === 0 && <Empty title={t('list.nomatch')} />}
      {data !== undefined && data.total > 0 && <AccountList accounts={data.accounts} onDo={setDoing} />}
      {pages > 1 && (
        <nav aria-label={t('list.pages')} className="flex justify-end gap-2">
          <Button size="row" aria-disabled={page <= 1} onClick={() => turn(page - 1)}>
            {t('list.previous')}
          </Button>
          <Button size="row" aria-disabled={page >= pages} onClick={() => turn(page + 1)}>
            {t('list.next')}
          </Button>
        </nav>
      )}
      <AccountDialogs doing={doing} onClose={() => setDoing(null)} />
    </Page>
  )
}
