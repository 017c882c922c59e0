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
import type { HearRevoking, Keys, Owner, RevokedKey } from '../../../keys/keys.ts'
import type { Call } from '../call.ts'
import { newsReply, prefersLines } from '../lines-reply.ts'
import { jsonReply, privateReply, type Reply } from '../reply.ts'
import { revocationNews } from '../revocation-news.ts'
import { rotationWish } from '../rotation-wish.ts'

const DAY_MS = 86_400_000

type Parts = { keys: Keys; importKeys: ImportKeys; activity: KeyActivity; clock: Clock }

/** `/v1/api-keys`: an account's keys, by a key that may manage them. */
export const apiKeyRoutes = ({ keys, importKeys, activity, clock }: Parts) => {
  /** Revokes, and answers with all of it at the end, or line by line. */
  const revoked = async (
    { body, actor, header, outlive }: Call<{ reason?: string | null | undefined }>,
    grant: AnyGrant,
    ids: readonly string[],
    answerOf: (ended: RevokedKey[]) => unknown,
  ): Promise<Reply> => {
    const revoke = (hear?: HearRevoking): Promise<RevokedKey[]> =>
      keys.revoke(ownerOf(grant), ids, body.reason ?? null, actor, hear)
    if (prefersLines(header('accept')))
      return await newsReply(revocationNews(revoke, actor.requestId ?? ''), outlive())
    return jsonReply(JSON.stringify(answerOf(await revoke())))
  }

  return {
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

    changeKey: async ({ params, body, actor }: Call<KeyChange>, grant: AnyGrant): Promise<Reply> =>
      jsonReply(JSON.stringify(await keys.change(ownerOf(grant), idOf(params), body, actor))),

    rotateKey: async (call: Call<z.output<typeof Rotation>>, grant: AnyGrant): Promise<Reply> =>
      privateReply(await keys.rotate(ownerOf(grant), idOf(call.params), rotationWish(call), call.actor)),

    revokeKey: async (call: Call<z.output<typeof RevokeOne>>, grant: AnyGrant): Promise<Reply> =>
      await revoked(call, grant, [idOf(call.params)], ([one]) => one),

    revokeKeys: async (call: Call<z.output<typeof RevokeMany>>, grant: AnyGrant): Promise<Reply> =>
      await revoked(call, grant, call.body.ids, (all) => ({ revoked: all })),

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

    changeRotation: async (
      { params, body, actor }: Call<z.output<typeof RotationChange>>,
      grant: AnyGrant,
    ): Promise<Reply> => {
      const { overlap_seconds: seconds } = body
      return jsonReply(
        JSON.stringify(await activity.changeOverlap(ownerOf(grant), idOf(params), seconds, actor)),
      )
    },
  }
}

const ownerOf = (grant: AnyGrant): Owner => ({ accountId: grant.principal.accountId })

const idOf = (params: Record<string, string>): string => params['id'] ?? ''
