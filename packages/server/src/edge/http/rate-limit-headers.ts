import { RATE_WINDOW_S, type RequestRate } from '../../accounts/request-rate.ts'

/** How limits on requests stand, as structured fields (draft-ietf-httpapi-ratelimit-headers, sections 3 and 4). */
export const rateLimitHeaders = (rates: readonly RequestRate[]): Record<string, string> => ({
  'ratelimit-policy': rates.map(({ limit, quota }) => `"${limit}";q=${quota};w=${RATE_WINDOW_S}`).join(', '),
  ratelimit: rates.map(({ limit, remaining, resetS }) => `"${limit}";r=${remaining};t=${resetS}`).join(', '),
})
