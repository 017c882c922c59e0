import { type PlanList, USAGE_COLUMNS, type UsageQuery, type UsageReport } from '@kugelaudio/contract'
import type { Plans } from '../../../accounts/plans.ts'
import type { Usage } from '../../../accounts/usage.ts'
import { usageCsv } from '../../../accounts/usage-csv.ts'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { Keys } from '../../../keys/keys.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** `/v1/usage`, `/v1/account` and `/v1/plans`: what an account may use, has used, and others may. */
export const usageRoutes = ({ usage, keys, plans }: { usage: Usage; keys: Keys; plans: Plans }) => ({
  listPlans: async (): Promise<Reply> => {
    const list: PlanList = { plans: [...plans.all()] }
    return jsonReply(JSON.stringify(list))
  },

  getUsage: async ({ query, header }: Call<null, UsageQuery>, { principal }: AnyGrant): Promise<Reply> => {
    const { accountId } = principal
    const keyId = query.key_id ?? null
    if (keyId !== null) await keys.get({ accountId }, keyId)
    const { from = null, to = null, group_by: groups } = query
    const report = await usage.report({ accountId, keyId, from, to, groups })
    const asCsv = query.format === undefined ? prefersCsv(header('accept')) : query.format === 'csv'
    if (!asCsv) return jsonReply(JSON.stringify(report))
    return {
      status: 200,
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${fileName(report)}"`,
      },
      body: usageCsv(
        report,
        groups.flatMap((group) => USAGE_COLUMNS[group]),
      ),
    }
  },

  getAccount: async (_: Call, { principal }: AnyGrant): Promise<Reply> => {
    const { accountId, plan } = principal
    const keyId = principal.kind === 'key' ? principal.keyId : null
    return jsonReply(JSON.stringify(await usage.account({ accountId, plan, keyId })))
  },
})

/** No file may have a colon in its name everywhere. */
const fileName = ({ from, to }: UsageReport): string => `usage-${from}-${to}.csv`.replaceAll(':', '')

const prefersCsv = (accept: string | null): boolean =>
  accept !== null && /\btext\/csv\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept)
