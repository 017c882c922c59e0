import { hash } from 'node:crypto'
import type { GithubAlert, GithubFeedback, LeakReport } from '@kugelaudio/contract'
import type { Throttle } from '../../../auth/throttle.ts'
import { Failure } from '../../../failure.ts'
import { type GithubKeyOf, isFromGithub, leaksOf } from '../../../keys/github-alert.ts'
import type { Leaks } from '../../../keys/leaks.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** `/v1/leaks`: keys that have become public, from anyone, and from GitHub. */
export const leakRoutes = (parts: { leaks: Leaks; reports: Throttle; githubKeyOf: GithubKeyOf }) => ({
  reportLeak: async ({ body, actor, address }: Call<LeakReport>): Promise<Reply> => {
    count(parts.reports, address)
    await parts.leaks.report(
      body.keys.map((text) => ({ text, reason: 'reported by anyone' })),
      actor,
    )
    return { ...jsonReply(JSON.stringify({ received: body.keys.length })), status: 202 }
  },

  githubLeaks: async ({ body, bytes, header, actor, address }: Call<GithubAlert>): Promise<Reply> => {
    const signed = {
      identifier: header('github-public-key-identifier'),
      signature: header('github-public-key-signature'),
    }
    if (!(await isFromGithub(bytes, signed, parts.githubKeyOf))) {
      count(parts.reports, address)
      throw new Failure('VALIDATION_ERROR', 'GITHUB-PUBLIC-KEY-SIGNATURE: GitHub has not signed this')
    }
    const known = await parts.leaks.report(leaksOf(body), { ...actor, name: 'github' })
    const feedback: GithubFeedback = body.map(({ token, type }, at) => ({
      token_hash: hash('sha256', token, 'hex'),
      token_type: type,
      label: known[at] ? 'true_positive' : 'false_positive',
    }))
    return jsonReply(JSON.stringify(feedback))
  },
})

function count(reports: Throttle, address: string | null): void {
  const waitS = reports.hit(address)
  if (waitS !== null)
    throw new Failure('RATE_LIMITED', 'Too many reports from this address', { retryAfterS: waitS })
}
