import type { Environment, KeyState } from '@kugelaudio/contract'
import { useEffect, useState } from 'react'
import type { KeysQuery } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { ENVIRONMENTS } from './environments.ts'

/** What the list shows, as the address says it; so that every view can be linked. */
export type KeySearch = {
  q?: string | undefined
  environment?: Environment | undefined
  state?: KeyState | undefined
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

export const queryOf = ({ q, environment, state, page = 1 }: KeySearch): KeysQuery => ({
  q,
  environment,
  state,
  limit: KEYS_A_PAGE,
  offset: (page - 1) * KEYS_A_PAGE,
})

export const isFiltered = ({ q, environment, state }: KeySearch): boolean =>
  q !== undefined || environment !== undefined || state !== undefined

type Props = { search: KeySearch; onChange: (search: KeySearch) => void }

/** Search and filters. A whole key that is pasted here never leaves the page. */
export function KeyFilters({ search, onChange }: Props) {
  const t = useTexts()
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
            onChange({
              ...search,
              environment: (target.value || undefined) as Environment | undefined,
              page: undefined,
            })
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
          onChange={({ target }) =>
            onChange({
              ...search,
              state: (target.value || undefined) as KeyState | undefined,
              page: undefined,
            })
          }
        >
          <option value="">{t('keys.state.all')}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`keys.state.${state}`)}
            </option>
          ))}
        </select>
      </div>
      <p role="status" className="text-small text-muted">
        {wasWhole && t('keys.search.whole')}
      </p>
    </div>
  )
}
