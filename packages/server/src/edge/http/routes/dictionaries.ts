import type {
  AllEntries,
  DictionaryChange,
  EntryChange,
  EntryQuery,
  NewDictionary,
  NewEntry,
} from '@kugelaudio/contract'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { Dictionaries } from '../../../speech/dictionaries/dictionaries.ts'
import type { DictionaryEntries, DictionaryPlace } from '../../../speech/dictionaries/entries.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** `/v1/dictionaries`: how an account's words are said (wire reference, section 4.4). */
export const dictionaryRoutes = (parts: { dictionaries: Dictionaries; entries: DictionaryEntries }) => ({
  listDictionaries: async (_: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply({ dictionaries: await parts.dictionaries.list(principal.accountId) }),

  createDictionary: async ({ body }: Call<NewDictionary>, { principal }: AnyGrant): Promise<Reply> =>
    reply(await parts.dictionaries.create(principal.accountId, body), 201),

  getDictionary: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await parts.dictionaries.get(principal.accountId, numberOf(params['id']))),

  changeDictionary: async (
    { params, body }: Call<DictionaryChange>,
    { principal }: AnyGrant,
  ): Promise<Reply> =>
    reply(await parts.dictionaries.change(principal.accountId, numberOf(params['id']), body)),

  deleteDictionary: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> => {
    await parts.dictionaries.delete(principal.accountId, numberOf(params['id']))
    return reply(DELETED)
  },

  listEntries: async ({ params, query }: Call<null, EntryQuery>, grant: AnyGrant): Promise<Reply> => {
    const found = await parts.entries.list(placeOf(params, grant), query)
    return reply({ ...found, limit: query.limit, offset: query.offset })
  },

  addEntry: async ({ params, body }: Call<NewEntry>, grant: AnyGrant): Promise<Reply> =>
    reply(await parts.entries.add(placeOf(params, grant), body), 201),

  replaceEntries: async ({ params, body }: Call<AllEntries>, grant: AnyGrant): Promise<Reply> =>
    reply(await parts.entries.replaceAll(placeOf(params, grant), body.entries)),

  changeEntry: async ({ params, body }: Call<EntryChange>, grant: AnyGrant): Promise<Reply> =>
    reply(await parts.entries.change(placeOf(params, grant), numberOf(params['entry_id']), body)),

  deleteEntry: async ({ params }: Call, grant: AnyGrant): Promise<Reply> => {
    await parts.entries.delete(placeOf(params, grant), numberOf(params['entry_id']))
    return reply(DELETED)
  },
})

/** A body, and not 204: older clients cannot read an answer without one. */
const DELETED = { deleted: true }

const reply = (value: unknown, status = 200): Reply => ({ ...jsonReply(JSON.stringify(value)), status })

const placeOf = (params: Record<string, string>, { principal }: AnyGrant): DictionaryPlace => ({
  accountId: principal.accountId,
  dictionaryId: numberOf(params['id']),
})

/** The number of a path; what is none has the number of nothing. */
const numberOf = (written: string | undefined): number =>
  /^[1-9]\d{0,14}$/.test(written ?? '') ? Number(written) : 0
