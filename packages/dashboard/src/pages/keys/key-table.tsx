import type { KeySort } from '@kugelaudio/contract'
import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowDownUp, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Time } from '../../ui/time.tsx'
import { useAccessParts } from './access-text.ts'
import { useActorName } from './actor-name.ts'
import type { KeySearch } from './key-filters.tsx'
import type { KeyListProps } from './key-list.tsx'
import { KeyMenu } from './key-menu.tsx'
import { EnvironmentBadge, LastUsed, Now, SelectBox } from './key-parts.tsx'
import { isOver, KeyStateBadge } from './key-state.tsx'

const HEAD = 'h-9 px-3 text-left text-small font-medium text-muted'
const CELL = 'h-13 px-3 py-1.5 align-middle'
/** Only where there is room for all eight columns. */
const ROOMY = '@max-[1070px]:hidden'

/** Keys in rows: for containers of 830 pixels and more. */
export function KeyTable(props: KeyListProps) {
  const { page, selected, onSelect, onRevoke, mayWrite, newId } = props
  const t = useTexts()
  const access = useAccessParts()
  const nameOf = useActorName()
  return (
    <table className="w-full table-fixed border-collapse">
      <caption className="sr-only">{t('nav.keys')}</caption>
      <thead className="border-b border-line">
        <tr>
          {selected !== null && (
            <th scope="col" className={`${HEAD} w-11`}>
              <span className="sr-only">{t('keys.select')}</span>
            </th>
          )}
          <SortHead {...props} by="name">
            {t('keys.col.name')}
          </SortHead>
          <th scope="col" className={`${HEAD} w-24`}>
            {t('keys.col.key')}
          </th>
          <th scope="col" className={`${HEAD} w-[13%] ${ROOMY}`}>
            {t('keys.col.access')}
          </th>
          <SortHead {...props} by="last_used" className="w-[12.5%]">
            {t('keys.col.used')}
          </SortHead>
          <th scope="col" className={`${HEAD} w-24 text-right`}>
            {t('keys.col.now')}
          </th>
          <SortHead {...props} by="expires" className={`w-27 ${ROOMY}`}>
            {t('keys.col.expires')}
          </SortHead>
          <th scope="col" className={`${HEAD} w-42`}>
            {t('keys.col.state')}
          </th>
          <th scope="col" className={classes(HEAD, selected === null ? 'w-34' : 'w-14')}>
            <span className="sr-only">{t('keys.col.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {page.keys.map((key) => (
          <tr
            key={key.id}
            className={classes('border-b border-line last:border-0', key.id === newId && 'new-row')}
          >
            {selected !== null && (
              <td className={CELL}>{!isOver(key) && <SelectBox of={key} {...{ selected, onSelect }} />}</td>
            )}
            <th scope="row" className={`${CELL} text-left font-normal`}>
              <span className="flex min-w-0 items-center gap-2">
                <Link
                  to="/settings/api-keys/$id"
                  params={{ id: key.id }}
                  id={`row-${key.id}`}
                  title={key.name}
                  className="row-link truncate"
                >
                  {key.name}
                </Link>
                <EnvironmentBadge of={key} />
              </span>
              <span className="block truncate text-small text-muted">
                {t('keys.made', { name: nameOf(key.created_by) })} <Time at={key.created_at} />
              </span>
            </th>
            <td className={CELL}>
              <code translate="no" className="text-small">
                {key.hint}
              </code>
            </td>
            <td className={`${CELL} text-small text-muted ${ROOMY}`}>
              {access(key).map((part) => (
                <span key={part} className="block truncate">
                  {part}
                </span>
              ))}
            </td>
            <td className={CELL}>
              <LastUsed of={key} />
            </td>
            <td className={`${CELL} text-right text-small`}>
              <Now of={key} />
            </td>
            <td className={`${CELL} text-small ${ROOMY}`}>
              {key.expires_at === null ? (
                <span className="text-muted">{t('create.expires.none')}</span>
              ) : (
                <Time at={key.expires_at} />
              )}
            </td>
            <td className={CELL}>
              <KeyStateBadge subject={key} />
            </td>
            <td className={`${CELL} text-right`}>
              <span className="inline-flex items-center">
                {/* While keys are being selected, all of them are revoked in one place. */}
                {!isOver(key) && mayWrite && selected === null && (
                  <Button size="row" look="quiet" onClick={() => onRevoke(key)}>
                    {t('revoke.action')} <span className="sr-only">{key.name}</span>
                  </Button>
                )}
                <KeyMenu subject={key} {...props} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How each column is sorted first: names from A, times from the latest. */
const FIRST = { name: 'asc', created: 'desc', last_used: 'desc', expires: 'asc' } as const satisfies Record<
  KeySort,
  'asc' | 'desc'
>

type SortHeadProps = {
  search: KeySearch
  onSearch: (search: KeySearch) => void
  by: KeySort
  className?: string
  children: ReactNode
}

function SortHead({ search, onSearch, by, className, children }: SortHeadProps) {
  const order = search.sort === by ? (search.order ?? 'desc') : null
  const next = order === null ? FIRST[by] : order === 'asc' ? 'desc' : 'asc'
  const Arrow = order === null ? ArrowDownUp : order === 'asc' ? ArrowUp : ArrowDown
  return (
    <th
      scope="col"
      aria-sort={order === null ? 'none' : order === 'asc' ? 'ascending' : 'descending'}
      className={classes(HEAD, className)}
    >
      <button
        type="button"
        className="-mx-1 inline-flex whitespace-nowrap min-h-7 items-center gap-1 rounded-control px-1 hover:text-text"
        onClick={() => onSearch({ ...search, sort: by, order: next, page: undefined })}
      >
        {children}
        <Arrow
          size={14}
          strokeWidth={1.75}
          aria-hidden
          className={order === null ? 'text-faint' : 'text-text'}
        />
      </button>
    </th>
  )
}
