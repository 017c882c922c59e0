import type {
  Key,
  OperatedAccount,
  OperatedAccountQuery,
  OperatedKeyQuery,
  OperatedUsageQuery,
  Plan,
  Receipt,
  UsageReport,
} from '@kugelaudio/contract'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Keys } from '../keys/keys.ts'
import type { HearChange } from '../keys/revocation.ts'
import type { Actor } from '../store/audit-log.ts'
import type { Database } from '../store/database.ts'
import {
  countAccountsByPlan,
  findOperatedAccount,
  listOperatedAccounts,
  type OperatedAccountRow,
} from '../store/operated-accounts.ts'
import { monthOf } from '../store/usage.ts'
import type { Accounts } from './accounts.ts'
import type { Plans } from './plans.ts'
import type { OpenStreams } from './streams.ts'
import type { Usage } from './usage.ts'

type Changed = { account: OperatedAccount; receipt: Receipt }

/** What whoever operates the server does with its accounts. Each throws `NOT_FOUND` for what is no account. */
export type Operation = {
  list(query: OperatedAccountQuery): Promise<{ accounts: OperatedAccount[]; total: number }>
  get(accountId: string): Promise<OperatedAccount>
  keys(accountId: string, query: OperatedKeyQuery): Promise<{ keys: Key[]; total: number }>
  /** Throws as `Usage.report`. */
  usage(accountId: string, query: OperatedUsageQuery): Promise<UsageReport>
  /** Throws `VALIDATION_ERROR` for what is no plan; else as `Accounts.changePlan`. */
  changePlan(accountId: string, plan: string, actor: Actor, hear?: HearChange): Promise<Changed>
  /** Throws `CONFLICT` for the account that operates the server, and for one that is suspended already. */
  suspend(accountId: string, reason: string | null, actor: Actor, hear?: HearChange): Promise<Changed>
  /** Throws `CONFLICT` for one that is not suspended. */
  resume(accountId: string, actor: Actor, hear?: HearChange): Promise<Changed>
  plans(): Promise<{ plan: Plan; accounts: number; streams_now: number }[]>
}

export function createOperation(parts: {
  database: Database
  clock: Clock
  accounts: Accounts
  plans: Plans
  streams: OpenStreams
  keys: Pick<Keys, 'list'>
  usage: Pick<Usage, 'report'>
}): Operation {
  const { database, clock, accounts, streams } = parts
  const now = () => ({ nowMs: clock.nowMs(), month: monthOf(clock.nowMs()) })

  const shown = (row: OperatedAccountRow): OperatedAccount => ({
    id: row.id,
    name: row.name,
    plan: row.plan,
    operator: row.operator === 1,
    owner: row.owner,
    created_at: new Date(row.created_at).toISOString(),
    suspended_at: row.suspended_at === null ? null : new Date(row.suspended_at).toISOString(),
    members: row.members,
    keys: row.keys,
    streams_now: streams.ofAccount(row.id),
    characters_this_month: row.characters,
  })

  const get = async (accountId: string): Promise<OperatedAccount> => {
    const row = await findOperatedAccount(database.query, accountId, now())
    if (row === null) throw new Failure('NOT_FOUND', 'Account not found')
    return shown(row)
  }

  const changed = async (accountId: string, receipt: Receipt): Promise<Changed> => ({
    account: await get(accountId),
    receipt,
  })

  return {
    async list({ q, limit, offset }) {
      const text = q === undefined || q.trim() === '' ? null : q.trim()
      const { rows, total } = await listOperatedAccounts(database.query, { ...now(), text, limit, offset })
      return { accounts: rows.map(shown), total }
    },

    get,

    async keys(accountId, { state, q, limit, offset }) {
      await get(accountId)
      return await parts.keys.list({
        accountId,
        state: state ?? null,
        environment: null,
        text: q ?? null,
        createdBy: null,
        unusedSinceMs: null,
        sort: { by: 'created', order: 'desc' },
        limit,
        offset,
      })
    },

    async usage(accountId, { from = null, to = null, group_by: groups }) {
      await get(accountId)
      return await parts.usage.report({ accountId, keyId: null, from, to, groups })
    },

    async changePlan(accountId, plan, actor, hear) {
      await get(accountId)
      return await changed(accountId, await accounts.changePlan(accountId, plan, actor, hear))
    },

    async suspend(accountId, reason, actor, hear) {
      const { operator, suspended_at } = await get(accountId)
      if (operator) throw new Failure('CONFLICT', 'The account that operates this server cannot be suspended')
      if (suspended_at !== null) throw new Failure('CONFLICT', 'This account is suspended already')
      return await changed(accountId, await accounts.suspend(accountId, reason, actor, hear))
    },

    async resume(accountId, actor, hear) {
      const { suspended_at } = await get(accountId)
      if (suspended_at === null) throw new Failure('CONFLICT', 'This account is not suspended')
      return await changed(accountId, await accounts.resume(accountId, actor, hear))
    },

    async plans() {
      const byPlan = await countAccountsByPlan(database.query)
      return parts.plans.all().map((plan) => {
        const on = byPlan.get(plan.name) ?? []
        const streamsNow = on.reduce((sum, { id }) => sum + streams.ofAccount(id), 0)
        return { plan, accounts: on.length, streams_now: streamsNow }
      })
    },
  }
}
