import { z } from 'zod'

/** What a plan can include beyond speech itself. */
export const FEATURES = [
  'scoped_keys',
  'ip_allow_list',
  'tokens',
  'webhooks',
  'audit',
  'voices',
  'dictionaries',
] as const
export const Feature = z.enum(FEATURES)
export type Feature = z.infer<typeof Feature>

const limit = (what: string) => z.int().positive().nullable().describe(`${what}; null: no limit.`)

/** A plan: what an account may use. */
export const Plan = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9_-]{0,39}$/,
      'must begin with a small letter; then come at most 39 small letters, digits, - or _',
    ),
  requests_per_minute: limit('Requests a minute'),
  concurrent_streams: limit('Requests and sockets that speak at a time'),
  characters_per_request: z.int().positive().max(10_000).describe('Characters of one request'),
  characters_per_month: limit('Characters a calendar month (UTC)'),
  features: z.array(Feature),
})
export type Plan = z.infer<typeof Plan>

export const PlanList = z.object({ plans: z.array(Plan) })
export type PlanList = z.infer<typeof PlanList>

/** The plans a server has until its operator names others. */
export const DEFAULT_PLANS: readonly Plan[] = [
  {
    name: 'free',
    requests_per_minute: 60,
    concurrent_streams: 4,
    characters_per_request: 10_000,
    characters_per_month: 100_000,
    features: ['scoped_keys', 'tokens', 'voices', 'dictionaries'],
  },
  {
    name: 'starter',
    requests_per_minute: 300,
    concurrent_streams: 10,
    characters_per_request: 10_000,
    characters_per_month: 2_000_000,
    features: ['scoped_keys', 'ip_allow_list', 'tokens', 'voices', 'dictionaries'],
  },
  {
    name: 'business',
    requests_per_minute: 3_000,
    concurrent_streams: 50,
    characters_per_request: 10_000,
    characters_per_month: 50_000_000,
    features: [...FEATURES],
  },
  {
    name: 'enterprise',
    requests_per_minute: null,
    concurrent_streams: null,
    characters_per_request: 10_000,
    characters_per_month: null,
    features: [...FEATURES],
  },
]
