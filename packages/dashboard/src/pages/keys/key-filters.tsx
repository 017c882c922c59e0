import type { Environment, KeySort, KeyState } from '@kugelaudio/contract'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import type { KeysQuery } from '../../api/keys.ts'
import { membersQuery } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ENVIRONMENTS } from './environments.ts'

/** What the list shows, as the address says it; so that every view can be linked. */
export type KeySearch = {
  q?: string | undefined
  environment?: Environment | undefined
  /** Without one: those that work. */
  state?: KeyState | 'all' | undefined
  by?: string | undefined
  unused?: boolean | undefined
  sort?: KeySort | undefined
  order?: 'asc' | 'desc' | undefined
  page?: number | undefined
  create?: unknown
  name?: unknown
  scopes?: unknown
  expires?: unknown
}

export const KEYS_A_PAGE = 25
const STATES = ['active', 'expiring', 'expired', 'revoked'] as const satisfies readonly KeyState[]
const WHOLE_KEY = /^\s*(?:[a-z]+-)?ka_[0-9A-Za-z]{20,}\s*$/
/** While somebody types, the list waits. */
const TYPING_MS = 250

/** Keys that nobody has used for so long are worth a look. */
export const UNUSED_DAYS = 30

export const queryOf = ({
  q,
  environment,
  state,
  by,
  unused,
  sort,
  order,
  page = 1,
}: KeySearch): KeysQuery => ({
  q,
  environment,
  state: state === 'all' ? undefined : (state ?? 'working'),
  created_by: by,
  unused_days: unused === true ? UNUSED_DAYS : undefined,
  sort,
  order,
  limit: KEYS_A_PAGE,
  offset: (page - 1) * KEYS_A_PAGE,
})

export const isFiltered = ({ q, environment, state, by, unused }: KeySearch): boolean =>
  [q, environment, state, by, unused].some((part) => part !== undefined)

type Props = {
  search: KeySearch
  onChange: (search: KeySearch) => void
  /** Further things to do with the list. */
  children?: ReactNode
}

/** Search and filters. A whole key that is pasted here never leaves the page. */
export function KeyFilters({ search, onChange, children }: Props) {
  const t = useTexts()
  const { data: members = [] } = useQuery(membersQuery)
  const filter = (part: Partial<KeySearch>): void => onChange({ ...search, ...part, page: undefined })
  const [text, setText] = useState(search.q ?? '')
  const [wasWhole, setWasWhole] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      const q = text.trim() === '' ? undefined : text.trim()
      if (q !== search.q) onChange({ ...search, q, page: undefined })
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, search, onChange])
  const type = (typed: string): void => {
    const isWhole = WHOLE_KEY.test(typed)
    setWasWhole(isWhole)
    setText(isWhole ? typed.trim().slice(-4) : typed)
  }
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <input
          type="search"
          aria-label={t('keys.search')}
          placeholder={t('keys.search')}
          autoComplete="off"
          value={text}
          onChange={(event) => type(event.target.value)}
          className="control min-w-0 flex-1 basis-64"
        />
        <select
          aria-label={t('keys.environment')}
          className="control max-narrow:flex-1"
          value={search.environment ?? ''}
          onChange={({ target }) =>
            filter({ environment: (target.value || undefined) as Environment | undefined })
          }
        >
          <option value="">{t('keys.environment.all')}</option>
          {ENVIRONMENTS.map((environment) => (
            <option key={environment} value={environment}>
              {t(`environment.${environment}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('keys.state')}
          className="control max-narrow:flex-1"
          value={search.state ?? ''}
          onChange={({ target }) => filter({ state: (target.value || undefined) as KeySearch['state'] })}
        >
          <option value="">{t('keys.state.working')}</option>
          <option value="all">{t('keys.state.all')}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`keys.state.${state}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('keys.by')}
          className="control w-40 min-w-0 max-narrow:flex-[1_1_8.5rem]"
          value={search.by ?? ''}
          onChange={({ target }) => filter({ by: target.value || undefined })}
        >
          <option value="">{t('keys.by.anyone')}</option>
          {members.map(({ user_id, name }) => (
            <option key={user_id} value={`member:${user_id}`}>
              {t('keys.by.person', { name })}
            </option>
          ))}
        </select>
        <label className="flex min-h-9 items-center gap-2 rounded-control px-1 pointer-coarse:min-h-11">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={search.unused === true}
            onChange={({ target }) => filter({ unused: target.checked || undefined })}
          />
          {t('keys.unused', { days: UNUSED_DAYS })}
        </label>
        {children}
      </div>
      <p role="status" className="text-small text-muted">
        {wasWhole && t('keys.search.whole')}
      </p>
    </div>
  )
}
