import { Link } from '@tanstack/react-router'
import type { Key } from '../../api/keys.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { useAccessText } from './access-text.ts'
import { KEYS_A_PAGE, type KeySearch } from './key-filters.tsx'
import { KeyMenu } from './key-menu.tsx'
import { EnvironmentBadge, LastUsed, SelectBox } from './key-parts.tsx'
import { isOver, KeyStateBadge } from './key-state.tsx'
import { KeyTable } from './key-table.tsx'

export type KeyListProps = {
  page: AnswerOf<'listKeys'>
  search: KeySearch
  onSearch: (search: KeySearch) => void
  onRevoke: (key: Key) => void
  onRotate: (key: Key) => void
  mayWrite: boolean
  /** Null: nothing is being selected. */
  selected: ReadonlyMap<string, Key> | null
  onSelect: (key: Key, isSelected: boolean) => void
  /** The one that was made just now. */
  newId: string | null
}

/** The account's keys: a table where there is room, the same as cards where there is none. */
export function KeyList(props: KeyListProps) {
  const { page, search, onSearch } = props
  const t = useTexts()
  const current = search.page ?? 1
  const pages = Math.ceil(page.total / KEYS_A_PAGE)
  return (
    <div className="@container flex flex-col gap-3">
      <div className="rounded-card border border-line bg-surface @max-[830px]:hidden">
        <KeyTable {...props} />
      </div>
      <ul className="flex flex-col gap-2 @min-[830px]:hidden">
        {page.keys.map((key) => (
          <KeyCard key={key.id} subject={key} {...props} />
        ))}
      </ul>
      {pages > 1 && (
        <nav aria-label={t('list.pages')} className="flex items-center justify-between text-small text-muted">
          <span>
            {t('list.range', {
              from: page.offset + 1,
              to: page.offset + page.keys.length,
              total: page.total,
            })}
          </span>
          <span className="flex gap-2">
            <Button
              size="row"
              aria-disabled={current <= 1}
              onClick={() => onSearch({ ...search, page: current - 1 })}
            >
              {t('list.previous')}
            </Button>
            <Button
              size="row"
              aria-disabled={current >= pages}
              onClick={() => onSearch({ ...search, page: current + 1 })}
            >
              {t('list.next')}
            </Button>
          </span>
        </nav>
      )}
    </div>
  )
}

function KeyCard({ subject: key, ...props }: KeyListProps & { subject: Key }) {
  const t = useTexts()
  const access = useAccessText()
  const { selected, onSelect, newId } = props
  return (
    <li
      className={classes(
        'flex gap-2 rounded-card border border-line bg-surface p-4',
        key.id === newId && 'new-row',
      )}
    >
      {selected !== null && !isOver(key) && <SelectBox of={key} {...{ selected, onSelect }} />}
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <Link to="/settings/api-keys/$id" params={{ id: key.id }} className="row-link break-words">
          {key.name}
        </Link>
        <span className="text-small text-muted">
          <code translate="no">{key.hint}</code> · {access(key)}
        </span>
        <span className="flex flex-wrap items-center gap-1.5">
          <EnvironmentBadge of={key} />
          <KeyStateBadge subject={key} />
          {key.now.streams > 0 && (
            <Badge tone="accent">{t('keys.now.streams', { count: key.now.streams })}</Badge>
          )}
        </span>
        <LastUsed of={key} isLine />
      </div>
      <span className="-my-2">
        <KeyMenu subject={key} {...props} />
      </span>
    </li>
  )
}
