import type { Query } from './database.ts'

/** As usage names it. */
const SESSION_KEY_NAME = 'Playground'

/**
 * The key under which everything counts that people of an account speak by their sessions; made when it is first needed.
 * It has no secret, so nobody can present it, and no list of keys shows it. ADR 0023.
 */
export async function keepSessionKey(
  query: Query,
  { id, accountId, atMs }: { id: string; accountId: string; atMs: number },
): Promise<string> {
  await query
    .insertInto('api_key')
    .values({
      id,
      account_id: accountId,
      name: SESSION_KEY_NAME,
      environment: 'development',
      hint: '',
      created_at: atMs,
      created_by: 'server',
      purpose: 'sessions',
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'purpose']).doNothing())
    .execute()
  const kept = await query
    .selectFrom('api_key')
    .select('id')
    .where('account_id', '=', accountId)
    .where('purpose', '=', 'sessions')
    .executeTakeFirstOrThrow()
  return kept.id
}
