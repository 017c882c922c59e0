import { sql } from 'kysely'
import type { Query } from './database.ts'

/** A node as it is written down. */
export type NodeRow = {
  node: string
  renewal: number
  applied: number
  isLost: boolean
  /** Where other nodes reach it; null until it has said so. */
  address: string | null
}

/** Writes a renewal down, unless a later one is there. */
export async function renewNode(
  query: Query,
  { node, renewal, applied }: Pick<NodeRow, 'node' | 'renewal' | 'applied'>,
): Promise<void> {
  await query
    .insertInto('node')
    .values({ id: node, renewal, applied })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((row) => ({
          renewal: row.ref('excluded.renewal'),
          // What was acknowledged while the renewal was on its way stays.
          applied: sql<number>`case when ${row.ref('node.applied')} > ${row.ref('excluded.applied')}
            then ${row.ref('node.applied')} else ${row.ref('excluded.applied')} end`,
        }))
        .whereRef('node.renewal', '<', 'excluded.renewal'),
    )
    .execute()
}

export async function listNodes(query: Query): Promise<NodeRow[]> {
  const rows = await query.selectFrom('node').selectAll().orderBy('id').execute()
  return rows.map(({ id, renewal, applied, lost_renewal, address }) => {
    return { node: id, renewal, applied, isLost: lost_renewal === renewal, address }
  })
}

/** A node has applied everything up to an epoch. */
export async function updateApplied(query: Query, node: string, applied: number): Promise<void> {
  await query
    .updateTable('node')
    .set({ applied })
    .where('id', '=', node)
    .where('applied', '<', applied)
    .execute()
}

/** A node says where others reach it. */
export async function saveNodeAddress(query: Query, node: string, address: string): Promise<void> {
  await query.updateTable('node').set({ address }).where('id', '=', node).execute()
}

/** Marks a node that has not renewed since. */
export async function markNodeLost(
  query: Query,
  { node, renewal }: Pick<NodeRow, 'node' | 'renewal'>,
): Promise<void> {
  await query
    .updateTable('node')
    .set({ lost_renewal: renewal })
    .where('id', '=', node)
    .where('renewal', '=', renewal)
    .execute()
}

/** Deletes a node that has not renewed since. */
export async function deleteNode(
  query: Query,
  { node, renewal }: Pick<NodeRow, 'node' | 'renewal'>,
): Promise<void> {
  await query.deleteFrom('node').where('id', '=', node).where('renewal', '=', renewal).execute()
}

/** Streams that a node has ended for changes. */
export async function insertSevered(
  query: Query,
  node: string,
  severed: readonly { epoch: number; streams: number }[],
): Promise<void> {
  if (severed.length === 0) return
  await query
    .insertInto('severed_streams')
    .values(severed.map(({ epoch, streams }) => ({ epoch, node, streams })))
    .onConflict((conflict) => conflict.columns(['epoch', 'node']).doNothing())
    .execute()
}

/** Streams that nodes have ended for a change, `except` for one. */
export async function streamsSevered(query: Query, epoch: number, except: string | null): Promise<number> {
  const row = await query
    .selectFrom('severed_streams')
    .select((select) => select.fn.coalesce(select.fn.sum<number>('streams'), sql<number>`0`).as('streams'))
    .where('epoch', '=', epoch)
    .where('node', '!=', except ?? '')
    .executeTakeFirstOrThrow()
  return row.streams
}
