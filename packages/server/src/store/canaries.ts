import { type CanaryRound, CanaryRound as CanaryRoundSchema } from '@kugelaudio/contract'
import { insertSecret } from './api-keys.ts'
import type { Query } from './database.ts'

/** Owns the keys that nodes make to watch each other. Nobody is a member of it, and no list shows it. ADR 0029. */
export const CANARY_ACCOUNT = 'acc_canary'

type NewCanary = { id: string; digest: string; plan: string; atMs: number }

/** Writes a key of the canaries' account, and the account unless it is there. */
export async function insertCanary(query: Query, { id, digest, plan, atMs }: NewCanary): Promise<void> {
  await query
    .insertInto('account')
    .values({ id: CANARY_ACCOUNT, name: 'Canaries', plan, suspended_at: null, created_at: atMs })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ plan }))
    .execute()
  await query
    .insertInto('api_key')
    .values({
      id,
      account_id: CANARY_ACCOUNT,
      name: 'Canary',
      environment: 'production',
      hint: '',
      created_at: atMs,
      created_by: 'server',
      // Every one of them has a purpose of its own, and is hidden like all keys that have one.
      purpose: `canary ${id}`,
    })
    .execute()
  await insertSecret(query, { keyId: id, digest, hint: '', createdAtMs: atMs })
}

/** Canaries whose node has not ended them itself. */
export async function findLeftCanaries(query: Query, beforeMs: number): Promise<string[]> {
  const rows = await query
    .selectFrom('api_key')
    .select('id')
    .where('account_id', '=', CANARY_ACCOUNT)
    .where('created_at', '<', beforeMs)
    .limit(100)
    .execute()
  return rows.map(({ id }) => id)
}

/** Deletes a canary that is revoked everywhere. */
export async function deleteCanary(query: Query, id: string): Promise<void> {
  await query.deleteFrom('api_key_secret').where('key_id', '=', id).execute()
  await query.deleteFrom('api_key').where('id', '=', id).where('account_id', '=', CANARY_ACCOUNT).execute()
}

/**
 * Deletes what the log tells of canaries that are gone, as far as every node has applied it, this one included: else it
 * would grow for ever. The newest change stays, whatever it is about, so that no epoch is ever given out again.
 */
export async function pruneCanaryChanges(query: Query, node: string): Promise<void> {
  const gone = await query
    .deleteFrom('authority_log')
    .where('account_id', '=', CANARY_ACCOUNT)
    .where('epoch', '<', (select) =>
      select.selectFrom('authority_log').select(({ fn }) => fn.max('epoch').as('epoch')),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('node')
            .select('node.id')
            .where('node.id', '!=', node)
            .whereRef('node.applied', '<', 'authority_log.epoch'),
        ),
      ),
    )
    .returning('epoch')
    .execute()
  if (gone.length > 0)
    await query
      .deleteFrom('severed_streams')
      .where(
        'epoch',
        'in',
        gone.map(({ epoch }) => epoch),
      )
      .execute()
}

/** Keeps a node's newest round; rounds of nodes that have made none since `goneMs` go. */
export async function saveCanaryRound(query: Query, round: CanaryRound, goneMs: number): Promise<void> {
  const row = { node: round.node, at: Date.parse(round.at), body: JSON.stringify(round) }
  await query
    .insertInto('canary_round')
    .values(row)
    .onConflict((conflict) => conflict.column('node').doUpdateSet({ at: row.at, body: row.body }))
    .execute()
  await query.deleteFrom('canary_round').where('at', '<', goneMs).execute()
}

/** The newest round of every node. What an earlier version has written otherwise is left out. */
export async function listCanaryRounds(query: Query): Promise<CanaryRound[]> {
  const rows = await query.selectFrom('canary_round').select('body').orderBy('node').execute()
  return rows.flatMap(({ body }) => CanaryRoundSchema.safeParse(JSON.parse(body)).data ?? [])
}
