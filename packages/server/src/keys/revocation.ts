import type { Receipt } from '@kugelaudio/contract'
import type { LeasedTable } from '@kugelaudio/keycore'
import type { OpenGrants } from '../auth/grants.ts'
import type { Clock } from '../clock.ts'
import type { KeyRecord } from '../store/api-keys.ts'
import type { AuthorityChange } from '../store/authority-log.ts'
import type { ApplyChange, Cluster } from './cluster.ts'
import { type ReceiptSigner, signReceipt } from './receipts.ts'

/** On this node: forgets what a change touches, and severs what is done with it. */
export const createApplyChange =
  (parts: { table: LeasedTable<KeyRecord>; grants: OpenGrants }): ApplyChange =>
  (change) => {
    switch (change.change) {
      case 'key.revoked': {
        if (change.keyId === null) return 0
        parts.table.forgetKey(change.keyId)
        return parts.grants.severKey(change.keyId)
      }
    }
  }

/** Makes a committed change take effect on every node, and proves it. */
export type Revocation = { announce(change: AuthorityChange): Promise<Receipt> }

export function createRevocation(parts: {
  cluster: Cluster
  signer: ReceiptSigner
  clock: Clock
}): Revocation {
  return {
    async announce(change) {
      const settlement = await parts.cluster.settle(change)
      return signReceipt(
        {
          change: change.change,
          key_id: change.keyId,
          account_id: change.accountId,
          epoch: change.epoch,
          changed_at: new Date(change.atMs).toISOString(),
          settled_at: new Date(parts.clock.nowMs()).toISOString(),
          nodes: settlement.nodes,
          streams_severed: settlement.streamsSevered,
        },
        parts.signer,
      )
    },
  }
}
