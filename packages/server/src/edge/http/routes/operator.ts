import type {
  OperatedAccountChange,
  OperatedAccountQuery,
  OperatedKeyQuery,
  OperatedUsageQuery,
  Suspension,
} from '@kugelaudio/contract'
import type { Operation } from '../../../accounts/operation.ts'
import type { GetServerState } from '../../../accounts/server-state.ts'
import type { SessionGrant } from '../../../auth/people/session-grants.ts'
import type { Canary } from '../../../keys/canary.ts'
import type { Call } from '../call.ts'
import { provedReply } from '../proved-reply.ts'
import { privateReply, type Reply } from '../reply.ts'

/** `/v1/operator`: accounts, plans and nodes, for those who operate the server. */
export const operatorRoutes = (parts: {
  operation: Operation
  getServerState: GetServerState
  canary: Pick<Canary, 'report'>
}) => {
  const { operation } = parts
  return {
    listAccounts: async ({ query }: Call<null, OperatedAccountQuery>, _: SessionGrant): Promise<Reply> => {
      const { limit, offset } = query
      return privateReply({ ...(await operation.list(query)), limit, offset })
    },

    getOperatedAccount: async (call: Call, _: SessionGrant): Promise<Reply> =>
      privateReply(await operation.get(idOf(call))),

    listOperatedKeys: async (call: Call<null, OperatedKeyQuery>, _: SessionGrant): Promise<Reply> => {
      const { limit, offset } = call.query
      return privateReply({ ...(await operation.keys(idOf(call), call.query)), limit, offset })
    },

    getOperatedUsage: async (call: Call<null, OperatedUsageQuery>, _: SessionGrant): Promise<Reply> =>
      privateReply(await operation.usage(idOf(call), call.query)),

    changeOperatedAccount: async (call: Call<OperatedAccountChange>, _: SessionGrant): Promise<Reply> =>
      await provedReply(call, (hear) => operation.changePlan(idOf(call), call.body.plan, call.actor, hear)),

    suspendAccount: async (call: Call<Suspension>, _: SessionGrant): Promise<Reply> =>
      await provedReply(call, (hear) =>
        operation.suspend(idOf(call), call.body.reason ?? null, call.actor, hear),
      ),

    resumeAccount: async (call: Call, _: SessionGrant): Promise<Reply> =>
      await provedReply(call, (hear) => operation.resume(idOf(call), call.actor, hear)),

    listOperatedPlans: async (): Promise<Reply> => privateReply({ plans: await operation.plans() }),

    getServerState: async (): Promise<Reply> => privateReply(await parts.getServerState()),

    getCanary: async (): Promise<Reply> => privateReply(await parts.canary.report()),
  }
}

const idOf = ({ params }: Call): string => params['id'] ?? ''
