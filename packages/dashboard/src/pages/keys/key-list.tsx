import { Ban, Ellipsis, RotateCw } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Key } from '../../api/keys.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copying.ts'
import { Time } from '../../ui/time.tsx'
import { useAccessText } from './access-text.ts'
import { ENVIRONMENT_TONES } from './environments.ts'
import { KEYS_A_PAGE, type KeySearch } from './key-filters.tsx'
import { KeyStateBadge } from './key-state.tsx'

type Props = {
  page: AnswerOf<'listKeys'>
  search: KeySearch
  onSearch: (search: KeySearch) => void
  onRevoke: (key: Key) => void
  onRotate: (key: Key) => void
  mayWrite: boolean
}

const isOver = ({ state }: Key): boolean => state === 'revoked' || state === 'expired'

/** The account's keys: a table where there is room, the same as cards where there is none. */
export function KeyList(props: Props) {
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

const HEAD = 'h-9 px-3 text-left text-small font-medium text-muted'
const CELL = 'h-13 px-3 py-1.5 align-middle'

function KeyTable({ page, onRevoke, onRotate, mayWrite }: Props) {
  const t = useTexts()
  const access = useAccessText()
  return (
    <table className="w-full table-fixed border-collapse">
      <caption className="sr-only">{t('nav.keys')}</caption>
      <thead className="border-b border-line">
        <tr>
          <th scope="col" className={`${HEAD} w-[26%]`}>
            {t('keys.col.name')}
          </th>
          <th scope="col" className={`${HEAD} w-[12%]`}>
            {t('keys.col.key')}
          </th>
          <th scope="col" className={`${HEAD} w-[18%] @max-[1070px]:hidden`}>
            {t('keys.col.access')}
          </th>
          <th scope="col" className={`${HEAD} w-[16%]`}>
            {t('keys.col.used')}
          </th>
          <th scope="col" className={`${HEAD} w-[12%] @max-[1070px]:hidden`}>
            {t('keys.col.expires')}
          </th>
          <th scope="col" className={HEAD}>
            {t('keys.col.state')}
          </th>
          <th scope="col" className={`${HEAD} w-32`}>
            <span className="sr-only">{t('keys.col.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {page.keys.map((key) => (
          <tr key={key.id} className="border-b border-line last:border-0">
            <th scope="row" className={`${CELL} text-left font-normal`}>
              <span className="flex min-w-0 items-center gap-2">
                <span className="truncate font-semibold" title={key.name}>
                  {key.name}
                </span>
                <EnvironmentBadge of={key} />
              </span>
              <span className="block truncate text-small text-muted">
                <Time at={key.created_at} />
              </span>
            </th>
            <td className={CELL}>
              <code translate="no" className="text-small">
                {key.hint}
              </code>
            </td>
            <td className={`${CELL} truncate text-small text-muted @max-[1070px]:hidden`}>{access(key)}</td>
            <td className={CELL}>
              <LastUsed of={key} />
            </td>
            <td className={`${CELL} text-small @max-[1070px]:hidden`}>
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
              {!isOver(key) && mayWrite && (
                <span className="inline-flex items-center">
                  <Button size="row" look="quiet" onClick={() => onRevoke(key)}>
                    {t('revoke.action')}
                    <span className="sr-only">{key.name}</span>
                  </Button>
                  <KeyMenu of={key} onRevoke={onRevoke} onRotate={onRotate} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function KeyCard({
  subject: key,
  onRevoke,
  onRotate,
  mayWrite,
}: Pick<Props, 'onRevoke' | 'onRotate' | 'mayWrite'> & { subject: Key }) {
  const access = useAccessText()
  return (
    <li className="flex gap-2 rounded-card border border-line bg-surface p-4">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <span className="break-words font-semibold">{key.name}</span>
        <span className="text-small text-muted">
          <code translate="no">{key.hint}</code> · {access(key)}
        </span>
        <span className="flex flex-wrap items-center gap-1.5">
          <EnvironmentBadge of={key} />
          <KeyStateBadge subject={key} />
          <LastUsed of={key} />
        </span>
      </div>
      {!isOver(key) && mayWrite && <KeyMenu of={key} onRevoke={onRevoke} onRotate={onRotate} />}
    </li>
  )
}

function EnvironmentBadge({ of: { environment } }: { of: Key }) {
  const t = useTexts()
  return <Badge tone={ENVIRONMENT_TONES[environment]}>{t(`environment.${environment}`)}</Badge>
}

function LastUsed({ of: { last_used } }: { of: Key }) {
  const t = useTexts()
  if (last_used === null) return <span className="text-small text-muted">{t('keys.never')}</span>
  return (
    <span className="flex min-w-0 flex-col text-small" title={last_used.agent ?? undefined}>
      <Time at={last_used.at} />
      <span className="truncate text-muted">{last_used.address}</span>
    </span>
  )
}

const ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded-control px-2.5 outline-none data-highlighted:bg-sunken pointer-coarse:min-h-11'
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

function KeyMenu({ of: key, onRevoke, onRotate }: Pick<Props, 'onRevoke' | 'onRotate'> & { of: Key }) {
  const t = useTexts()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="grid size-9 shrink-0 place-items-center rounded-control text-muted hover:bg-sunken pointer-coarse:size-11">
        <Ellipsis {...ICON} />
        <span className="sr-only">{t('keys.more', { name: key.name })}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          className="z-30 min-w-48 rounded-card border border-line bg-raised p-1.5 shadow-[0_12px_40px_var(--overlay-shadow)] appears"
        >
          <DropdownMenu.Item className={ITEM} onSelect={() => onRotate(key)}>
            <RotateCw {...ICON} />
            {t('rotate.menu')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={() => void copyText(key.id)}>
            {t('keys.copyid')}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Item className={`${ITEM} text-danger-text`} onSelect={() => onRevoke(key)}>
            <Ban {...ICON} />
            {t('revoke.action')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
