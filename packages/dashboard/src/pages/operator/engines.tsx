import type { ServerState } from '../../api/operator.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Section } from '../../ui/section.tsx'
import { ServerPage } from './server-page.tsx'

const TONES = { ready: 'ok', starting: 'warn', failed: 'danger', missing: 'danger' } as const

/** Operator → Engines: the processes that speak, and what waits for them. */
export function EnginesPage() {
  const t = useTexts()
  return (
    <ServerPage title={t('operator.engines')} lead={t('operator.engines.lead')}>
      {({ engine }) => <Engine of={engine} />}
    </ServerPage>
  )
}

function Engine({ of: { state, reason, hosts, jobs_waiting } }: { of: ServerState['engine'] }) {
  const t = useTexts()
  return (
    <>
      <Section
        title={t('operator.engine')}
        lead={t('operator.engine.waiting', { count: jobs_waiting })}
        action={
          <Badge tone={TONES[state]}>
            <Dot shape={state === 'ready' ? 'filled' : state === 'starting' ? 'half' : 'ring'} />
            {t(`operator.engine.${state}`)}
          </Badge>
        }
      >
        {reason !== null && <p className="break-words text-danger-text">{reason}</p>}
      </Section>
      {hosts.length > 0 && (
        <DataTable
          caption={t('operator.engine.hosts')}
          rows={hosts}
          rowKey={({ pid }) => pid}
          columns={[
            {
              id: 'pid',
              label: t('operator.engine.process'),
              cell: ({ pid }) => <span className="font-semibold">{pid}</span>,
            },
            {
              id: 'state',
              label: t('keys.col.state'),
              cell: ({ ready }) => (
                <Badge tone={ready ? 'ok' : 'warn'}>
                  <Dot shape={ready ? 'filled' : 'half'} />
                  {t(ready ? 'operator.engine.ready' : 'operator.engine.starting')}
                </Badge>
              ),
            },
            { id: 'jobs', label: t('operator.engine.jobs'), isNumber: true, cell: ({ jobs }) => jobs },
          ]}
        />
      )}
    </>
  )
}
