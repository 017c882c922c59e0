import type { Standing } from '../../api/standing.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { NodeTable, SettleChart } from './receipt-view.tsx'

/** Which nodes have taken a change so far and which are waited for, as it is told; in the end the receipt says the same. */
export function SettlingProgress({ standing }: { standing: Standing }) {
  const t = useTexts()
  const { nodes, waiting, streams } = standing
  return (
    <div className="flex flex-col gap-3">
      <SettleChart nodes={nodes} />
      <NodeTable nodes={nodes} waiting={waiting} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-small [&_dt]:text-muted">
        <dt>{t('receipt.streams')}</dt>
        <dd>{streams}</dd>
      </dl>
    </div>
  )
}
