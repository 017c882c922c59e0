import { Kysely, PostgresDialect, sql } from 'kysely'
import type { Ledger } from '../../keys/coherence/ledger.ts'
import { changesAfter, newestEpoch } from '../../store/authority-log.ts'
import type { Query } from '../../store/database.ts'
import {
  deleteNode,
  insertSevered,
  listNodes,
  markNodeLost,
  renewNode,
  streamsSevered,
  updateApplied,
} from '../../store/nodes.ts'
import type { Schema } from '../../store/schema.ts'
import { Listener } from './listener.ts'

const CHANGED = 'kugelaudio_changed'
const APPLIED = 'kugelaudio_applied'

/**
 * The ledger of nodes on PostgreSQL, over one connection of its own: no request waits before a renewal. When it breaks,
 * the next statement opens another.
 */
export function createPostgresLedger(url: string): Ledger {
  const connection = new Listener(url, [CHANGED, APPLIED])
  const query: Query = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: connection }) })
  const tell = (channel: string, text: string) => sql`select pg_notify(${channel}, ${text})`.execute(query)
  return {
    async renew(standing) {
      await renewNode(query, standing)
      return await listNodes(query)
    },
    members: () => listNodes(query),
    changesAfter: (epoch, limit) => changesAfter(query, epoch, limit),
    newestEpoch: () => newestEpoch(query),
    async acknowledge(node, applied, severed) {
      await insertSevered(query, node, severed)
      await updateApplied(query, node, applied)
      await tell(APPLIED, node)
    },
    streamsSevered: (epoch, except) => streamsSevered(query, epoch, except),
    tell: async (epoch) => void (await tell(CHANGED, String(epoch))),
    markLost: (member) => markNodeLost(query, member),
    remove: (member) => deleteNode(query, member),
    open: ({ changed, applied, restored }) =>
      connection.open({
        heard: (channel, text) => (channel === CHANGED ? changed(Number(text)) : applied()),
        restored,
      }),
    close: () => connection.close(),
  }
}
