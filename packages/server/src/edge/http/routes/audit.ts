import type { AuditQuery } from '@kugelaudio/contract'
import type { Audit } from '../../../audit/audit.ts'
import type { CheckAudit } from '../../../audit/checks.ts'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { Call } from '../call.ts'
import { linesReply, prefersLines } from '../lines-reply.ts'
import { privateReply, type Reply } from '../reply.ts'

/** `/v1/audit`: what happened in an account. */
export const auditRoutes = ({ audit, checkAudit }: { audit: Audit; checkAudit: CheckAudit }) => ({
  verifyAudit: async (_: Call, { principal }: AnyGrant): Promise<Reply> =>
    privateReply(await checkAudit(principal.accountId)),

  listAudit: async (
    { query, header, outlive }: Call<null, AuditQuery>,
    { principal }: AnyGrant,
  ): Promise<Reply> => {
    const filter = {
      accountId: principal.accountId,
      action: query.action ?? null,
      actor: query.actor ?? null,
      target: query.target ?? null,
      fromMs: msOf(query.from),
      toMs: msOf(query.to),
    }
    const asLines = query.format === undefined ? prefersLines(header('accept')) : query.format === 'jsonl'
    if (asLines) return linesReply(audit.export(filter), outlive())
    return privateReply(await audit.list(filter, { before: query.before ?? null, limit: query.limit }))
  },
})

const msOf = (time: string | undefined): number | null => (time === undefined ? null : Date.parse(time))
