import type { ServerState } from '../../api/operator.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'
import { classes } from '../../ui/classes.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { ServerPage } from './server-page.tsx'

type Node = ServerState['nodes'][number]

/** Operator → Nodes: who serves the same keys, what each has applied, and how long it may still believe it. */
export function NodesPage() {
  const t = useTexts()
  return (
    <ServerPage title={t('operator.nodes')} lead={t('operator.nodes.lead')}>
      {(state) => <NodeList state={state} />}
    </ServerPage>
  )
}

function NodeList({ state }: { state: ServerState }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 })
  const quiet = ({ lost }: Node): string => classes(lost && 'text-muted')
  return (
    <>
      <DataTable
        caption={t('operator.nodes')}
        rows={state.nodes}
        rowKey={({ node }) => node}
        columns={[
          {
            id: 'node',
            label: t('receipt.node'),
            width: 'w-[40%]',
            cell: (one) => (
              <span className={classes('flex flex-wrap items-center gap-2', quiet(one))}>
                <span className="flex min-w-0 flex-col">
                  <span className="break-all font-semibold">{one.node}</span>
                  {one.address !== null && (
                    <span className="break-all text-small text-muted">{one.address}</span>
                  )}
                </span>
                {one.node === state.node && <Badge>{t('operator.node.this')}</Badge>}
              </span>
            ),
          },
          { id: 'state', label: t('keys.col.state'), cell: (one) => <NodeState of={one} /> },
          {
            id: 'lease',
            label: t('operator.node.lease'),
            isNumber: true,
            cell: (one) => (
              <span className={quiet(one)}>
                {one.lease_ms === null
                  ? t('operator.node.nolease')
                  : one.lease_ms === 0
                    ? t('operator.node.over')
                    : t('operator.node.left', { seconds: format.format(one.lease_ms / 1000) })}
              </span>
            ),
          },
          {
            id: 'epoch',
            label: t('receipt.epoch'),
            isNumber: true,
            cell: (one) => <span className={quiet(one)}>{format.format(one.applied)}</span>,
          },
        ]}
      />
      <p className="text-small text-muted">{t('operator.nodes.newest', { epoch: state.epoch })}</p>
    </>
  )
}

function NodeState({ of: { lost, behind } }: { of: Node }) {
  const t = useTexts()
  if (lost)
    return (
      <Badge tone="plain">
        <Dot shape="ring" />
        {t('operator.node.lost')}
      </Badge>
    )
  return (
    <Badge tone={behind === 0 ? 'ok' : 'warn'}>
      <Dot shape={behind === 0 ? 'filled' : 'half'} />
      {t(behind === 0 ? 'operator.node.current' : 'operator.node.behind', { count: behind })}
    </Badge>
  )
}
