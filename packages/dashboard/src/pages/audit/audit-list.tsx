import { CircleSlash } from 'lucide-react'
import type { AuditEvent } from '../../api/audit.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Time } from '../../ui/time.tsx'
import { actionText } from './actions.ts'
import { useNames } from './names.ts'
import { reasonText } from './reasons.ts'

type Props = { events: readonly AuditEvent[]; onOpen: (event: AuditEvent) => void }

/** What has happened, newest first. */
export function AuditList({ events, onOpen }: Props) {
  const t = useTexts()
  const names = useNames()
  return (
    <DataTable
      caption={t('nav.audit')}
      rows={events}
      rowKey={({ seq }) => seq}
      columns={[
        {
          id: 'what',
          label: t('audit.col.what'),
          width: 'w-[22%]',
          cell: (event) => <What event={event} onOpen={onOpen} />,
        },
        {
          id: 'on',
          label: t('audit.col.on'),
          width: 'w-[24%]',
          cell: ({ target }) => (
            <span className="block truncate" title={target ?? undefined}>
              {target === null ? '–' : names.ofTarget(target)}
            </span>
          ),
        },
        {
          id: 'who',
          label: t('audit.col.who'),
          cell: ({ actor }) => (
            <span className="block truncate" title={actor}>
              {names.ofActor(actor)}
            </span>
          ),
        },
        {
          id: 'from',
          label: t('audit.col.from'),
          cell: ({ address }) => <span className="block truncate text-muted">{address ?? '–'}</span>,
        },
        { id: 'when', label: t('audit.col.when'), width: 'w-[13%]', cell: ({ at }) => <Time at={at} /> },
        {
          id: 'result',
          label: t('audit.col.result'),
          width: 'w-[12%]',
          cell: ({ action }) =>
            action === 'access.refused' ? (
              <Badge tone="danger">
                <CircleSlash size={12} strokeWidth={2} aria-hidden />
                {t('audit.refused')}
              </Badge>
            ) : (
              <Badge tone="ok">{t('audit.allowed')}</Badge>
            ),
        },
      ]}
    />
  )
}

function What({ event, onOpen }: { event: AuditEvent; onOpen: (event: AuditEvent) => void }) {
  const t = useTexts()
  const text = actionText(event.action)
  const said = event.details['reason']
  const chosen = typeof said === 'string' ? reasonText(said) : null
  const reason = chosen === null ? said : t(chosen)
  return (
    <span className="flex min-w-0 flex-col items-start">
      <button type="button" className="link text-left font-medium" onClick={() => onOpen(event)}>
        {text === null ? event.action : t(text)}
      </button>
      {typeof reason === 'string' && (
        <span className="max-w-full truncate text-small text-muted" title={reason}>
          {reason}
        </span>
      )}
    </span>
  )
}
