import type { NewToken } from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import type { Tokens } from '../../../keys/tokens.ts'
import type { Call } from '../call.ts'
import { jsonReply, privateReply, type Reply } from '../reply.ts'

/** `/v1/tokens`: short-lived tokens of the key that calls. */
export const tokenRoutes = ({ tokens }: { tokens: Tokens }) => ({
  createToken: async ({ body, actor }: Call<NewToken>, { principal }: Grant): Promise<Reply> =>
    privateReply(await tokens.create(principal, body, actor), 201),

  revokeToken: async ({ params, actor }: Call, { principal }: Grant): Promise<Reply> => {
    const owner = { accountId: principal.accountId }
    return jsonReply(JSON.stringify(await tokens.revoke(owner, params['id'] ?? '', actor)))
  },
})
