import { z } from 'zod'

/** Longest text that is taken for a leaked key: that of an imported one, with a region before it. */
const LEAKED_CHARACTERS_MAX = 600
const LEAKED_PER_REPORT_MAX = 100

const leaked = z.string().min(1).max(LEAKED_CHARACTERS_MAX)

/** Body of `POST /v1/leaks`: one key or several. Nobody needs to say who reports. */
export const LeakReport = z.union(
  [
    z.strictObject({ key: leaked }).transform(({ key }) => ({ keys: [key] })),
    z.strictObject({ keys: z.array(leaked).min(1).max(LEAKED_PER_REPORT_MAX) }),
  ],
  `must be {"key": "ka_…"} or {"keys": [1 to ${LEAKED_PER_REPORT_MAX} of them]}`,
)
export type LeakReport = z.infer<typeof LeakReport>

/** The same whatever was reported. */
export const LeakReceived = z.object({ received: z.int() })

/** More secrets than one alert of GitHub's has been seen to hold. */
const MATCHES_PER_ALERT_MAX = 10_000

/** Body of `POST /v1/leaks/github`, as GitHub's secret-scanning partner program sends it. */
export const GithubAlert = z
  .array(
    z.object({
      token: z.string().max(10_000),
      type: z.string().max(200),
      url: z.string().max(10_000).nullish(),
      source: z.string().max(200).nullish(),
    }),
  )
  .max(MATCHES_PER_ALERT_MAX)
export type GithubAlert = z.infer<typeof GithubAlert>

/** What became of each: whether it is, or was, a key of ours. */
export const GithubFeedback = z.array(
  z.object({
    token_hash: z.string().describe('SHA-256 of the token, in hexadecimal digits.'),
    token_type: z.string(),
    label: z.enum(['true_positive', 'false_positive']),
  }),
)
export type GithubFeedback = z.infer<typeof GithubFeedback>

/** An alert of ten thousand matches with long addresses. */
export const GITHUB_ALERT_BYTES_MAX = 8 * 1024 * 1024
