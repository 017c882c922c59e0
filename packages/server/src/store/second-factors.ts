import type { Selectable } from 'kysely'
import type { Query } from './database.ts'
import type { UserSecondFactorTable } from './schema.ts'

/** A second factor as it is kept. */
export type KeptFactor = Pick<Selectable<UserSecondFactorTable>, 'id' | 'secret' | 'backup_codes'>

/** Those of which something does not begin with this mark, by their ids. */
export const factorsNotUnder = (
  query: Query,
  mark: string,
  afterId: string,
  limit: number,
): Promise<KeptFactor[]> =>
  query
    .selectFrom('user_second_factor')
    .select(['id', 'secret', 'backup_codes'])
    .where((build) =>
      build.or([build('secret', 'not like', `${mark}%`), build('backup_codes', 'not like', `${mark}%`)]),
    )
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()

/** Puts the same, encrypted anew, in its place; false when something else is there by now. */
export async function replaceFactor(
  query: Query,
  kept: KeptFactor,
  anew: Pick<KeptFactor, 'secret' | 'backup_codes'>,
): Promise<boolean> {
  const row = await query
    .updateTable('user_second_factor')
    .set(anew)
    .where('id', '=', kept.id)
    .where('secret', '=', kept.secret)
    .where('backup_codes', '=', kept.backup_codes)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
