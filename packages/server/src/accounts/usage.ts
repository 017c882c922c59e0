import {
  type AccountView,
  USAGE_DAYS_MAX,
  type UsageGroup,
  type UsageReport,
  type UsageRow,
} from '@kugelaudio/contract'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findAccount } from '../store/accounts.ts'
import type { Database } from '../store/database.ts'
import {
  charactersOfDay,
  dayOf,
  dayQuota,
  monthOf,
  monthQuota,
  sumUsage,
  takenOf,
  type UsageSums,
} from '../store/usage.ts'
import type { Plans } from './plans.ts'
import type { OpenStreams } from './streams.ts'

/** What a report is asked about. Null: every account, every key; the days as `UsageQuery` says. */
export type UsageWish = {
  accountId: string | null
  keyId: string | null
  from: string | null
  to: string | null
  groups: readonly UsageGroup[]
}

/** What was used. */
export type Usage = {
  /** Throws `VALIDATION_ERROR` for days that make no span, and for more rows than anyone reads. */
  report(wish: UsageWish): Promise<UsageReport>
  /** An account: its plan, and what of it is used; and what of it the key that asks, where one does. */
  account(of: { accountId: string; plan: string; keyId: string | null }): Promise<AccountView>
}

/** About 10 MB of JSON. */
const ROWS_MAX = 50_000
const DAY_MS = 86_400_000

type Parts = { database: Database; clock: Clock }

/** Reports over what turns that have ended came to. */
export function createReport({ database, clock }: Parts): Usage['report'] {
  return async ({ accountId, keyId, groups, ...days }) => {
    const { from, to } = spanOf(days, clock.nowMs())
    const filter = { accountId, keyId, groups, fromDay: from, toDay: to, limit: ROWS_MAX + 1 }
    const sums = await sumUsage(database.query, filter)
    if (sums.length > ROWS_MAX)
      throw new Failure('VALIDATION_ERROR', `more than ${ROWS_MAX} rows: ask for fewer days or groups`)
    const series = sums.map(rowOf)
    return { from, to, series, totals: totalsOf(sums) }
  }
}

export function createUsage(parts: Parts & { plans: Plans; streams: OpenStreams }): Usage {
  const { database, clock, plans, streams } = parts
  return {
    report: createReport(parts),
    async account({ accountId, keyId, plan }) {
      const nowMs = clock.nowMs()
      const account = await findAccount(database.query, accountId)
      if (account === null) throw new Failure('NOT_FOUND', 'Account not found')
      return {
        id: accountId,
        name: account.name,
        plan: plans.of(plan),
        used: {
          month: monthOf(nowMs),
          characters_this_month: await takenOf(database.query, monthQuota(accountId, nowMs)),
          day: dayOf(nowMs),
          characters_today: await charactersOfDay(database.query, accountId, dayOf(nowMs)),
          streams_now: streams.ofAccount(accountId),
        },
        key:
          keyId === null
            ? null
            : {
                id: keyId,
                characters_today: await takenOf(database.query, dayQuota(keyId, nowMs)),
                streams_now: streams.ofKey(keyId),
              },
      }
    },
  }
}

function spanOf(
  days: { from: string | null; to: string | null },
  nowMs: number,
): { from: string; to: string } {
  const to = days.to ?? dayOf(nowMs)
  const from = days.from ?? `${to.slice(0, 7)}-01`
  if (from > to) throw new Failure('VALIDATION_ERROR', `from: ${from} is after ${to}`)
  if ((Date.parse(to) - Date.parse(from)) / DAY_MS >= USAGE_DAYS_MAX)
    throw new Failure('VALIDATION_ERROR', `from, to: must span at most ${USAGE_DAYS_MAX} days`)
  return { from, to }
}

const rowOf = ({ key_name, audio_ms, requests, characters, errors, ...names }: UsageSums): UsageRow => ({
  ...names,
  // A key is never deleted; only one of other data has no name.
  ...(key_name === undefined ? {} : { key_name: key_name ?? '' }),
  requests,
  characters,
  audio_seconds: audio_ms / 1_000,
  errors,
})

function totalsOf(sums: readonly UsageSums[]): UsageReport['totals'] {
  const total = { requests: 0, characters: 0, audio_ms: 0, errors: 0 }
  for (const row of sums) {
    total.requests += row.requests
    total.characters += row.characters
    total.audio_ms += row.audio_ms
    total.errors += row.errors
  }
  const { audio_ms, ...rest } = total
  return { ...rest, audio_seconds: audio_ms / 1_000 }
}
