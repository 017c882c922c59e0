import { useQuery } from '@tanstack/react-query'
import type { AuditFilter } from '../../api/audit.ts'
import { membersQuery } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { ACTIONS } from './actions.ts'

/** What the log shows, as the address says it. Days are the viewer's. */
export type AuditSearch = {
  actor?: string | undefined
  action?: string | undefined
  target?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** What the server is asked for. */
export function filterOf({ actor, action, target, from, to }: AuditSearch): AuditFilter {
  return { actor, action, target, from: startOf(from, 0), to: startOf(to, 1) }
}

/** When a day begins here; `days` later. */
function startOf(day: string | undefined, days: number): string | undefined {
  if (day === undefined) return undefined
  const date = new Date(`${day}T00:00:00`)
  if (Number.isNaN(date.getTime())) return undefined
  date.setDate(date.getDate() + days)
  return date.toISOString()
}

export const isFiltered = (search: AuditSearch): boolean =>
  Object.values(search).some((value) => value !== undefined)

type Props = { search: AuditSearch; onChange: (search: AuditSearch) => void }

/** Who, what and when. */
export function AuditFilters({ search, onChange }: Props) {
  const t = useTexts()
  const { data: members = [] } = useQuery(membersQuery)
  const actors = [
    ...members.map(({ user_id, name }) => ({ value: `member:${user_id}`, name })),
    { value: 'operator', name: t('audit.actor.operator') },
    { value: 'server', name: t('audit.actor.server') },
    { value: 'anyone', name: t('audit.actor.anyone') },
  ]
  const isOther = search.actor !== undefined && !actors.some(({ value }) => value === search.actor)
  const set = (name: keyof AuditSearch) => (event: { target: { value: string } }) =>
    onChange({ ...search, [name]: event.target.value === '' ? undefined : event.target.value })
  return (
    <div className="flex flex-wrap items-end gap-2">
      <select
        aria-label={t('audit.col.who')}
        className="control max-narrow:flex-1"
        value={search.actor ?? ''}
        onChange={set('actor')}
      >
        <option value="">{t('audit.who.all')}</option>
        {actors.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
        {isOther && <option value={search.actor}>{search.actor}</option>}
      </select>
      <select
        aria-label={t('audit.col.what')}
        className="control max-narrow:flex-1"
        value={search.action ?? ''}
        onChange={set('action')}
      >
        <option value="">{t('audit.what.all')}</option>
        {ACTIONS.map((action) => (
          <option key={action} value={action}>
            {t(`audit.action.${action}`)}
          </option>
        ))}
      </select>
      <label className="flex flex-col gap-1 text-small text-muted max-narrow:flex-1">
        {t('audit.from')}
        <input
          type="date"
          className="control text-base text-text"
          value={search.from ?? ''}
          onChange={set('from')}
        />
      </label>
      <label className="flex flex-col gap-1 text-small text-muted max-narrow:flex-1">
        {t('audit.to')}
        <input
          type="date"
          className="control text-base text-text"
          value={search.to ?? ''}
          onChange={set('to')}
        />
      </label>
      {search.target !== undefined && (
        <Button onClick={() => onChange({ ...search, target: undefined })}>
          {t('audit.target.only', { target: search.target })} ×
        </Button>
      )}
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange({})}>
          {t('list.clear')}
        </Button>
      )}
    </div>
  )
}
