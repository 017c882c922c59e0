import type { Clock } from '../../clock.ts'
import type { Cluster } from '../cluster.ts'
import type { Ledger } from './ledger.ts'
import { Settlements } from './settlement.ts'

/** A command beside the nodes: it keeps nothing in memory and holds no lease, but waits for those who do. */
export function visitingNode(parts: { ledger: Ledger; clock: Clock }): Cluster {
  const { ledger, clock } = parts
  const settlements = new Settlements(ledger, clock)
  let opened: Promise<void> | null = null
  return {
    current: () => false,
    standing: () => ({ holdsLease: false, leaseAgeMs: null, applied: 0 }),
    catchUp: async () => {},
    nodes: () => [],
    async settle({ epoch }) {
      const startMs = clock.monotonicMs()
      opened ??= ledger.open({ changed: () => {}, applied: () => settlements.wake(), restored: () => {} })
      await opened
      await ledger.tell(epoch)
      const nodes = await settlements.settled(epoch, startMs, null)
      return { nodes, streamsSevered: nodes.length > 0 ? await ledger.streamsSevered(epoch, null) : 0 }
    },
    join: async () => {},
    leave: async () => {
      if (opened !== null) await ledger.close()
    },
  }
}
