import {
  type AccountView,
  USAGE_DAYS_MAX,
  USAGE_HOURS_KEPT_DAYS,
  type UsageGroup,
  type UsageReport,
  type UsageRow,
} from '@kugelaudio/contract'
import type { Chore } from '../background.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findAccount } from '../store/accounts.ts'
import type { Database } from '../store/database.ts'
import { type ClassCount, firstAudioWithinMs } from '../store/first-audio.ts'
import {
  charactersOfDay,
  dayOf,
  dayQuota,
  deleteHours,
  hourOf,
  monthOf,
  monthQuota,
  takenOf,
} from '../store/usage.ts'
import { sumFirstAudio, sumUsage, type UsageNames, type UsageSums } from '../store/usage-sums.ts'
import type { Plans } from './plans.ts'
import type { OpenStreams } from './streams.ts'

/** What a report is asked about. Null: every account, every key; days and hours as `UsageQuery` says. */
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
/** Of one row the first audio came in a few classes of time; beyond it a report is refused as one of too many rows. */
const CLASSES_OF_ROWS_MAX = 4 * ROWS_MAX
const DAY_MS = 86_400_000
const HOURS_DELETED_EVERY_MS = 600_000
const HOURS_DELETED_AT_A_TIME = 500

type Parts = { database: Database; clock: Clock }

/** Reports over what turns that have ended came to. */
export function createReport({ database, clock }: Parts): Usage['report'] {
  return async ({ accountId, keyId, groups, ...days }) => {
    const { from, to } = spanOf(days, clock.nowMs(), groups.includes('hour'))
    const filter = { accountId, keyId, groups, from, to }
    const sums = await sumUsage(database.query, { ...filter, limit: ROWS_MAX + 1 })
    const counts = await sumFirstAudio(database.query, { ...filter, limit: CLASSES_OF_ROWS_MAX + 1 })
    if (sums.length > ROWS_MAX || counts.length > CLASSES_OF_ROWS_MAX)
      throw new Failure('VALIDATION_ERROR', `more than ${ROWS_MAX} rows: ask for fewer days or groups`)
    const countsOf = Map.groupBy(counts, nameOf)
    const series = sums.map((row) => rowOf(row, countsOf.get(nameOf(row)) ?? []))
    return { from, to, series, totals: { ...totalsOf(sums), ...firstAudioOf(counts) } }
  }
}

/** Forgets hours that are older than anybody may ask for. */
export const usageHoursChore = ({ database, clock }: Parts): Chore => ({
  name: 'old hours of usage',
  everyMs: HOURS_DELETED_EVERY_MS,
  async round() {
    const before = hourOf(firstHourKeptMs(clock.nowMs()))
    return (await deleteHours(database.query, before, HOURS_DELETED_AT_A_TIME)) === HOURS_DELETED_AT_A_TIME
  },
})

const firstHourKeptMs = (nowMs: number): number =>
  Date.parse(dayOf(nowMs)) - (USAGE_HOURS_KEPT_DAYS - 1) * DAY_MS

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
  wished: { from: string | null; to: string | null },
  nowMs: number,
  isByHour: boolean,
): { from: string; to: string } {
  const to = wished.to ?? dayOf(nowMs)
  const from = wished.from ?? `${to.slice(0, 7)}-01`
  const [fromDay, toDay] = [from, to].map((at) => at.slice(0, 10)) as [string, string]
  if (!isByHour && (from !== fromDay || to !== toDay))
    throw new Failure('VALIDATION_ERROR', 'from, to: may be hours where usage is grouped by hour')
  const span = isByHour ? { from: hourIn(from, '00'), to: hourIn(to, '23') } : { from, to }
  if (span.from > span.to) throw new Failure('VALIDATION_ERROR', `from: ${from} is after ${to}`)
  if ((Date.parse(toDay) - Date.parse(fromDay)) / DAY_MS >= USAGE_DAYS_MAX)
    throw new Failure('VALIDATION_ERROR', `from, to: must span at most ${USAGE_DAYS_MAX} days`)
  if (isByHour && span.from < hourOf(firstHourKeptMs(nowMs)))
    throw new Failure('VALIDATION_ERROR', `from: hours are kept for ${USAGE_HOURS_KEPT_DAYS} days`)
  return span
}

/** A bound as an hour: of a day the one that it begins or ends with. */
const hourIn = (bound: string, hourOfDay: string): string =>
  bound.length === 'yyyy-mm-dd'.length ? `${bound}T${hourOfDay}:00Z` : bound

/** Tells rows apart as they were grouped. */
const nameOf = ({ account_id, hour, day, key_id, model, voice }: UsageNames): string =>
  JSON.stringify([account_id, hour, day, key_id, model, voice])

function rowOf(row: UsageSums, counts: readonly ClassCount[]): UsageRow {
  const { key_name, audio_ms, requests, characters, errors, ...names } = row
  return {
    ...names,
    // A key is never deleted; only one of other data has no name.
    ...(key_name === undefined ? {} : { key_name: key_name ?? '' }),
    requests,
    characters,
    audio_seconds: audio_ms / 1_000,
    errors,
    ...firstAudioOf(counts),
  }
}

/** How soon half of what was heard came, and nearly all of it. */
function firstAudioOf(counts: readonly ClassCount[]) {
  const turns = new Map<number, number>()
  for (const count of counts) turns.set(count.first_audio, (turns.get(count.first_audio) ?? 0) + count.turns)
  const all = [...turns].map(([first_audio, turns]) => ({ first_audio, turns }))
  return {
    first_audio_p50_ms: firstAudioWithinMs(all, 0.5),
    first_audio_p95_ms: firstAudioWithinMs(all, 0.95),
  }
}

function totalsOf(sums: readonly UsageSums[]) {
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
