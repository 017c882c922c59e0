import type { NewToken } from '@kugelaudio/contract'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { Tokens } from '../../../keys/tokens.ts'
import type { Call } from '../call.ts'
import { provedReply } from '../proved-reply.ts'
import { privateReply, type Reply } from '../reply.ts'

/** `/v1/tokens`: short-lived tokens of the key that calls, or that a member names, or of the member's session. */
export const tokenRoutes = ({ tokens }: { tokens: Tokens }) => ({
  createToken: async ({ body, actor }: Call<NewToken>, { principal }: AnyGrant): Promise<Reply> =>
    privateReply(
      principal.kind === 'key'
        ? await tokens.create(principal, body, actor)
        : await tokens.createFor(principal, body, actor),
      201,
    ),

  revokeToken: async (call: Call, { principal }: AnyGrant): Promise<Reply> => {
    const owner = { accountId: principal.accountId }
    return await provedReply(call, (hear) => tokens.revoke(owner, call.params['id'] ?? '', call.actor, hear))
  },
})
