import { z } from 'zod'
import { KeyQuery, Receipt } from './keys.ts'
import { Plan } from './plans.ts'
import { UsageQuery } from './usage.ts'

/** An account as whoever operates the server sees it. */
export const OperatedAccount = z.object({
  id: z.string(),
  name: z.string(),
  plan: z.string(),
  operator: z.boolean().describe('It operates this server.'),
  owner: z.string().nullable().describe('Address of its first owner.'),
  created_at: z.iso.datetime(),
  suspended_at: z.iso.datetime().nullable(),
  members: z.int(),
  keys: z.int().describe('That work.'),
  streams_now: z.int().describe('Spoken on the node that answers.'),
  characters_this_month: z.int(),
})
export type OperatedAccount = z.infer<typeof OperatedAccount>

/** Query of `GET /v1/operator/accounts/{id}/keys`. */
export const OperatedKeyQuery = KeyQuery.pick({ state: true, q: true, limit: true, offset: true })
export type OperatedKeyQuery = z.infer<typeof OperatedKeyQuery>

/** Query of `GET /v1/operator/accounts/{id}/usage`. */
export const OperatedUsageQuery = UsageQuery.pick({ from: true, to: true, group_by: true })
export type OperatedUsageQuery = z.infer<typeof OperatedUsageQuery>

/** Query of `GET /v1/operator/accounts`. */
export const OperatedAccountQuery = z.strictObject({
  q: z.string().max(200).optional().describe("Part of a name or of an owner's address, whatever its case."),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export type OperatedAccountQuery = z.infer<typeof OperatedAccountQuery>

export const OperatedAccountList = z.object({
  accounts: z.array(OperatedAccount),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
})

/** Body of `PATCH /v1/operator/accounts/{id}`. */
export const OperatedAccountChange = z.strictObject({ plan: z.string().min(1).max(40) })
export type OperatedAccountChange = z.infer<typeof OperatedAccountChange>

export const Suspension = z.strictObject({ reason: z.string().max(500).nullable().optional() })
export type Suspension = z.infer<typeof Suspension>

export const OperatedAccountChanged = z.object({ account: OperatedAccount, receipt: Receipt })

/** The plans, and how many accounts are on each. */
export const OperatedPlanList = z.object({
  plans: z.array(z.object({ plan: Plan, accounts: z.int(), streams_now: z.int() })),
})

/** How the server is doing, as the node that answers knows it. */
export const ServerState = z.object({
  node: z.string().describe('The one that answers.'),
  version: z.string(),
  at: z.iso.datetime(),
  database: z.enum(['sqlite', 'postgresql']),
  mail: z.boolean().describe('Whether a mail server is named.'),
  epoch: z.int().describe('Number of the newest change of authority.'),
  nodes: z.array(
    z.object({
      node: z.string(),
      applied: z.int().describe('Epoch up to which every change is in force on it.'),
      address: z.string().nullable().describe('Where other nodes reach it, where that is known.'),
      behind: z.int().describe('Changes that it has not applied yet.'),
      lost: z.boolean().describe('It does not answer; its lease has run out, so it serves nobody.'),
      lease_ms: z
        .int()
        .nullable()
        .describe(
          'What is left of its lease at most, counted from when the node that answers saw it renewed. Null: a ' +
            'server that is alone needs none, or it was not seen yet.',
        ),
    }),
  ),
  streams_now: z.int(),
  engine: z.object({
    state: z.enum(['starting', 'ready', 'failed', 'missing']),
    reason: z.string().nullable(),
    hosts: z.array(z.object({ pid: z.int(), ready: z.boolean(), jobs: z.int() })),
    jobs_waiting: z.int(),
  }),
})
export type ServerState = z.infer<typeof ServerState>
