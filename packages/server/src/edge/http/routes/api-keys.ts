import type {
  KeyChange,
  KeyImport,
  KeyQuery,
  NewKey,
  RevokeMany,
  RevokeOne,
  Rotation,
  RotationChange,
} from '@kugelaudio/contract'
import type { z } from 'zod'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { Clock } from '../../../clock.ts'
import type { ImportKeys } from '../../../keys/import.ts'
import type { KeyActivity } from '../../../keys/key-activity.ts'
import type { Keys, Owner } from '../../../keys/keys.ts'
import type { HearChange } from '../../../keys/revocation.ts'
import type { Call } from '../call.ts'
import { provedReply } from '../proved-reply.ts'
import { jsonReply, privateReply, type Reply } from '../reply.ts'
import { rotationWish } from '../rotation-wish.ts'

const DAY_MS = 86_400_000

type Parts = { keys: Keys; importKeys: ImportKeys; activity: KeyActivity; clock: Clock }

/** `/v1/api-keys`: an account's keys, by a key that may manage them. */
export const apiKeyRoutes = ({ keys, importKeys, activity, clock }: Parts) => ({
  listKeys: async ({ query }: Call<null, KeyQuery>, grant: AnyGrant): Promise<Reply> => {
    const { limit, offset, unused_days: days } = query
    const filter = {
      accountId: grant.principal.accountId,
      state: query.state ?? null,
      environment: query.environment ?? null,
      text: query.q ?? null,
      createdBy: query.created_by ?? null,
      unusedSinceMs: days === undefined ? null : clock.nowMs() - days * DAY_MS,
      sort: { by: query.sort, order: query.order },
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

  changeKey: async (call: Call<KeyChange>, grant: AnyGrant): Promise<Reply> =>
    await provedReply(call, (hear) =>
      keys.change(ownerOf(grant), idOf(call.params), call.body, call.actor, hear),
    ),

  rotateKey: async (call: Call<z.output<typeof Rotation>>, grant: AnyGrant): Promise<Reply> =>
    privateReply(await keys.rotate(ownerOf(grant), idOf(call.params), rotationWish(call), call.actor)),

  revokeKey: async (call: Call<z.output<typeof RevokeOne>>, grant: AnyGrant): Promise<Reply> => {
    const { params, body, actor } = call
    return await provedReply(call, async (hear) => {
      const [one] = await keys.revoke(ownerOf(grant), [idOf(params)], body.reason ?? null, actor, hear)
      if (one === undefined) throw new TypeError('One key that is revoked is one')
      return one
    })
  },

  revokeKeys: async (call: Call<z.output<typeof RevokeMany>>, grant: AnyGrant): Promise<Reply> => {
    const { ids, reason = null } = call.body
    const revoke = async (hear?: HearChange) => ({
      revoked: await keys.revoke(ownerOf(grant), ids, reason, call.actor, hear),
    })
    return await provedReply(call, revoke, ({ revoked }) => revoked)
  },

  listKeyStreams: async ({ params }: Call, grant: AnyGrant): Promise<Reply> =>
    jsonReply(JSON.stringify({ streams: await activity.streams(ownerOf(grant), idOf(params)) })),

  endKeyStreams: async ({ params, actor }: Call, grant: AnyGrant): Promise<Reply> =>
    jsonReply(
      JSON.stringify({ ended: await activity.endStreams(ownerOf(grant), idOf(params), null, actor) }),
    ),

  endKeyStream: async ({ params, actor }: Call, grant: AnyGrant): Promise<Reply> => {
    const streamId = params['stream_id'] ?? ''
    const ended = await activity.endStreams(ownerOf(grant), idOf(params), streamId, actor)
    return jsonReply(JSON.stringify({ ended }))
  },

  listKeyReceipts: async ({ params }: Call, grant: AnyGrant): Promise<Reply> =>
    jsonReply(JSON.stringify({ receipts: await activity.receipts(ownerOf(grant), idOf(params)) })),

  listKeyTokens: async ({ params }: Call, grant: AnyGrant): Promise<Reply> =>
    jsonReply(JSON.stringify(await activity.tokens(ownerOf(grant), idOf(params)))),

  getRotation: async ({ params }: Call, grant: AnyGrant): Promise<Reply> =>
    jsonReply(JSON.stringify(await activity.rotation(ownerOf(grant), idOf(params)))),

  changeRotation: async (call: Call<z.output<typeof RotationChange>>, grant: AnyGrant): Promise<Reply> => {
    const { params, body, actor } = call
    return await provedReply(call, (hear) =>
      activity.changeOverlap(ownerOf(grant), idOf(params), body.overlap_seconds, actor, hear),
    )
  },
})

const ownerOf = (grant: AnyGrant): Owner => ({ accountId: grant.principal.accountId })

const idOf = (params: Record<string, string>): string => params['id'] ?? ''
