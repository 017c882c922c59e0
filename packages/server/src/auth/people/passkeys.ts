import type { Passkey } from '@kugelaudio/contract'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import { deletePasskey, findPasskeyUser, listPasskeys } from '../../store/passkeys.ts'
import type { Person } from './session-grants.ts'

/** Passkeys that people have. They are made and used through Better Auth. */
export type Passkeys = {
  list(userId: string): Promise<Passkey[]>
  /** Throws `NOT_FOUND`, `FORBIDDEN` for another person's. */
  remove(person: Pick<Person, 'userId' | 'accountId'>, id: string, actor: Actor): Promise<void>
}

export const createPasskeys = ({ database, clock }: { database: Database; clock: Clock }): Passkeys => ({
  list: async (userId) =>
    (await listPasskeys(database.query, userId)).map((row) => ({
      id: row.id,
      name: row.name,
      created_at: row.created_at === null ? null : new Date(row.created_at).toISOString(),
      backed_up: row.backed_up === 1,
    })),

  async remove({ userId, accountId }, id, actor) {
    const owner = await findPasskeyUser(database.query, id)
    if (owner === null) throw new Failure('NOT_FOUND', 'Passkey not found')
    if (owner !== userId) throw new Failure('FORBIDDEN', undefined, { cause: 'another person' })
    await database.transaction(async (query) => {
      await deletePasskey(query, id)
      const event = { action: 'passkey.removed', target: id, details: {}, atMs: clock.nowMs() }
      await recordEvent(query, { ...event, accountId, actor })
    })
  },
})
