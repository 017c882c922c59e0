import { useQuery } from '@tanstack/react-query'
import { type ServerState, serverStateQuery } from '../../api/operator.ts'
import { Page } from '../../app/page.tsx'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'
import { classes } from '../../ui/classes.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { useNowMs } from '../../ui/time.tsx'

/** Older than this, numbers are grey and say their age. */
const STALE_MS = 10_000

/** Operator → Server: nodes, engine, health. */
export function ServerPage() {
  const t = useTexts()
  const nowMs = useNowMs()
  const { data, error, refetch, dataUpdatedAt } = useQuery(serverStateQuery)
  const ageMs = dataUpdatedAt === 0 ? 0 : nowMs - dataUpdatedAt
  const isStale = ageMs > STALE_MS && error !== null
  return (
    <Page title={t('operator.server')} lead={t('operator.server.lead')}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={6} />}
      {isStale && (
        <p role="status" className="text-warn-text">
          {t('operator.stale', { seconds: Math.round(ageMs / 1000) })}
        </p>
      )}
      {data !== undefined && (
        <div className={classes('flex flex-col gap-6', isStale && 'grayscale')}>
          <Health state={data} />
          <Nodes state={data} />
          <EngineSection engine={data.engine} />
        </div>
      )}
    </Page>
  )
}

function Health({ state }: { state: ServerState }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  return (
    <Section title={t('operator.health')}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 [&_dt]:text-muted">
        <dt>{t('operator.version')}</dt>
        <dd>{state.version}</dd>
        <dt>{t('operator.database')}</dt>
        <dd>{t(`operator.database.${state.database}`)}</dd>
        <dt>{t('operator.mail')}</dt>
        <dd>{t(state.mail ? 'operator.mail.on' : 'operator.mail.off')}</dd>
        <dt>{t('operator.streams')}</dt>
        <dd>{format.format(state.streams_now)}</dd>
        <dt>{t('operator.epoch')}</dt>
        <dd>{format.format(state.epoch)}</dd>
      </dl>
    </Section>
  )
}

function Nodes({ state }: { state: ServerState }) {
  const t = useTexts()
  return (
    <section aria-labelledby="nodes" className="flex flex-col gap-3">
      <h2 id="nodes">{t('operator.nodes')}</h2>
      <DataTable
        caption={t('operator.nodes')}
        rows={state.nodes}
        rowKey={({ node }) => node}
        columns={[
          {
            id: 'node',
            label: t('receipt.node'),
            width: 'w-[50%]',
            cell: ({ node }) => (
              <span className="flex flex-wrap items-center gap-2">
                <span className="break-all font-semibold">{node}</span>
                {node === state.node && <Badge>{t('operator.node.this')}</Badge>}
              </span>
            ),
          },
          {
            id: 'state',
            label: t('keys.col.state'),
            cell: ({ lost, behind }) =>
              lost ? (
                <Badge tone="danger">
                  <Dot shape="ring" />
                  {t('operator.node.lost')}
                </Badge>
              ) : (
                <Badge tone={behind === 0 ? 'ok' : 'warn'}>
                  <Dot shape={behind === 0 ? 'filled' : 'half'} />
                  {t(behind === 0 ? 'operator.node.current' : 'operator.node.behind', { count: behind })}
                </Badge>
              ),
          },
        ]}
      />
    </section>
  )
}

const ENGINE_TONES = { ready: 'ok', starting: 'warn', failed: 'danger', missing: 'danger' } as const

function EngineSection({ engine }: { engine: ServerState['engine'] }) {
  const t = useTexts()
  return (
    <Section
      title={t('operator.engine')}
      action={
        <Badge tone={ENGINE_TONES[engine.state]}>
          <Dot shape={engine.state === 'ready' ? 'filled' : 'half'} />
          {t(`operator.engine.${engine.state}`)}
        </Badge>
      }
    >
      {engine.reason !== null && <p className="text-danger-text">{engine.reason}</p>}
      <p>{t('operator.engine.waiting', { count: engine.jobs_waiting })}</p>
      <ul className="flex flex-col gap-1">
        {engine.hosts.map(({ pid, ready, jobs }) => (
          <li key={pid} className="flex flex-wrap items-center gap-2">
            <Badge tone={ready ? 'ok' : 'warn'}>
              {t(ready ? 'operator.engine.ready' : 'operator.engine.starting')}
            </Badge>
            {t('operator.engine.host', { pid: String(pid), jobs })}
          </li>
        ))}
      </ul>
    </Section>
  )
}
