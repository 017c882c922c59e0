import type {
  KeyChange,
  KeyImport,
  KeyQuery,
  NewKey,
  RevokeMany,
  RevokeOne,
  Rotation,
} from '@kugelaudio/contract'
import type { z } from 'zod'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { ImportKeys } from '../../../keys/import.ts'
import type { Keys, Owner } from '../../../keys/keys.ts'
import type { Call } from '../call.ts'
import { jsonReply, privateReply, type Reply } from '../reply.ts'
import { rotationWish } from '../rotation-wish.ts'

/** `/v1/api-keys`: an account's keys, by a key that may manage them. */
export const apiKeyRoutes = ({ keys, importKeys }: { keys: Keys; importKeys: ImportKeys }) => ({
  listKeys: async ({ query }: Call<null, KeyQuery>, grant: AnyGrant): Promise<Reply> => {
    const { limit, offset } = query
    const filter = {
      accountId: grant.principal.accountId,
      state: query.state ?? null,
      environment: query.environment ?? null,
      text: query.q ?? null,
      limit,
      offset,
    }
    return jsonReply(JSON.stringify({ ...(await keys.list(filter)), limit, offset }))
  },

  createKey: async ({ body, actor }: Call<NewKey>, grant: AnyGrant): Promise<Reply> =>
    privateReply(await keys.create(grant.principal.accountId, body, actor), 201),

  importKeys: async ({ body, actor }: Call<KeyImport>, grant: AnyGrant): Promise<Reply> => {
    const imported = await importKeys(grant.principal.accountId, body, actor)
    return privateReply({ imported: imported.length, keys: imported }, 201)
  },

  getKey: async ({ params }: Call, grant: AnyGrant): Promise<Reply> =>
    jsonReply(JSON.stringify(await keys.get(ownerOf(grant), idOf(params)))),

  changeKey: async ({ params, body, actor }: Call<KeyChange>, grant: AnyGrant): Promise<Reply> =>
    jsonReply(JSON.stringify(await keys.change(ownerOf(grant), idOf(params), body, actor))),

  rotateKey: async (call: Call<z.output<typeof Rotation>>, grant: AnyGrant): Promise<Reply> =>
    privateReply(await keys.rotate(ownerOf(grant), idOf(call.params), rotationWish(call), call.actor)),

  revokeKey: async (
    { params, body, actor }: Call<z.output<typeof RevokeOne>>,
    grant: AnyGrant,
  ): Promise<Reply> => {
    const [revoked] = await keys.revoke(ownerOf(grant), [idOf(params)], body.reason ?? null, actor)
    return jsonReply(JSON.stringify(revoked))
  },

  revokeKeys: async ({ body, actor }: Call<z.output<typeof RevokeMany>>, grant: AnyGrant): Promise<Reply> =>
    jsonReply(
      JSON.stringify({ revoked: await keys.revoke(ownerOf(grant), body.ids, body.reason ?? null, actor) }),
    ),
})

const ownerOf = (grant: AnyGrant): Owner => ({ accountId: grant.principal.accountId })

const idOf = (params: Record<string, string>): string => params['id'] ?? ''
