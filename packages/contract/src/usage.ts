import { z } from 'zod'
import { Plan } from './plans.ts'

/** What usage can be told apart by. */
export const USAGE_GROUPS = ['hour', 'day', 'key', 'model', 'voice'] as const
export const UsageGroup = z.enum(USAGE_GROUPS)
export type UsageGroup = z.infer<typeof UsageGroup>

/** Days that one report may span: a leap year. */
export const USAGE_DAYS_MAX = 366

/** Days for which hours and the times to first audio are kept: a month and what it is compared with at its ends. */
export const USAGE_HOURS_KEPT_DAYS = 35

/** A day in UTC. */
export const Day = z.iso.date()
/** An hour in UTC, by its beginning. */
export const Hour = z.iso
  .datetime({ precision: -1, error: 'must be an hour as 2030-01-31T13:00Z' })
  .regex(/:00Z$/, 'must be an hour as 2030-01-31T13:00Z')

const bound = z.union(
  [Day, Hour],
  'must be a day as 2030-01-31, or by hour also an hour as 2030-01-31T13:00Z',
)

const groupBy = z
  .string()
  .default('day')
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(
    z
      .array(UsageGroup)
      .refine((groups) => new Set(groups).size === groups.length, 'must name each group once')
      .refine(
        (groups) => !(groups.includes('hour') && groups.includes('day')),
        'must name hour or day, not both',
      ),
  )
  .describe(`Any of ${USAGE_GROUPS.join(', ')}, separated by commas. Default day.`)

/** Query of `GET /v1/usage`. Days are in UTC. */
export const UsageQuery = z.strictObject({
  from: bound
    .optional()
    .describe(
      `First day, or by hour also the first hour, of the last ${USAGE_HOURS_KEPT_DAYS} days. Default: the first of the month of \`to\`.`,
    ),
  to: bound
    .optional()
    .describe(
      `Last day, or by hour also the last hour, inclusive, at most ${USAGE_DAYS_MAX} days. Default: today.`,
    ),
  group_by: groupBy,
  key_id: z.string().min(1).max(100).optional().describe('Only what this key has used.'),
  format: z.enum(['json', 'csv']).optional().describe('Default json, or as `Accept` says.'),
})
export type UsageQuery = z.infer<typeof UsageQuery>

const sums = {
  requests: z.int().describe('Turns that were begun.'),
  characters: z.int().describe('Code points of text that were spoken.'),
  audio_seconds: z.number(),
  errors: z.int().describe('Turns that failed; what its caller cancelled has not.'),
  first_audio_p50_ms: z
    .int()
    .nullable()
    .describe(
      `Of half the turns the first audio came within so many ms of their opening, told to a tenth. Null: none was heard, or none of the last ${USAGE_HOURS_KEPT_DAYS} days.`,
    ),
  first_audio_p95_ms: z.int().nullable().describe('The same of 95 of 100 turns.'),
}

/** What was used, under the names it was grouped by. */
export const UsageRow = z.object({
  account_id: z.string().optional().describe('Where the operator asks about every account.'),
  hour: Hour.optional(),
  day: Day.optional(),
  key_id: z.string().optional(),
  key_name: z.string().optional(),
  model: z.string().optional().describe('As requested: legacy ids stay visible.'),
  voice: z.string().optional().describe('Handle.'),
  ...sums,
})
export type UsageRow = z.infer<typeof UsageRow>

/** The columns of a group. */
export const USAGE_COLUMNS = {
  hour: ['hour'],
  day: ['day'],
  key: ['key_id', 'key_name'],
  model: ['model'],
  voice: ['voice'],
} as const satisfies Record<UsageGroup, readonly (keyof UsageRow)[]>

export const UsageReport = z.object({
  from: bound,
  to: bound,
  series: z.array(UsageRow),
  totals: z.object(sums),
})
export type UsageReport = z.infer<typeof UsageReport>

/** What `GET /v1/account` answers: the plan, and how much of it is used. */
export const AccountView = z.object({
  id: z.string(),
  name: z.string(),
  plan: Plan,
  used: z.object({
    month: z.string().describe('As 2030-01, UTC.'),
    characters_this_month: z.int().describe('Text being spoken now counts whole.'),
    day: Day,
    characters_today: z.int().describe('Text being spoken now counts whole.'),
    streams_now: z.int(),
  }),
  key: z
    .object({ id: z.string(), characters_today: z.int(), streams_now: z.int() })
    .nullable()
    .describe('The key that asks; null where a member does.'),
})
export type AccountView = z.infer<typeof AccountView>
