import { type CleanedWhere, createAdapterFactory } from 'better-auth/adapters'
import { CamelCasePlugin, type ExpressionBuilder, type Kysely } from 'kysely'
import type { Database } from '../../store/database.ts'

/** Better Auth's names of tables, and ours. */
const TABLES: Record<string, string> = {
  user: 'user',
  session: 'user_session',
  account: 'user_credential',
  verification: 'user_verification',
  twoFactor: 'user_second_factor',
  passkey: 'user_passkey',
}

/** Hears of sessions that are over, and ends what came of them. */
export type SessionsEnded = (sessionIds: readonly string[]) => Promise<void>

type Rows = Record<string, Record<string, unknown>>
type Loose = Kysely<Rows>
type Builder = ExpressionBuilder<Rows, string>

/**
 * Better Auth's records in our database, by our rules: times in milliseconds, names with underscores, written once for every
 * kind of database. Each statement is by itself: what must happen together is ours, not Better Auth's (ADR 0016).
 */
export function createRecords(database: Database, sessionsEnded: SessionsEnded) {
  const db = (database.query as unknown as Loose).withPlugin(new CamelCasePlugin())
  const table = (model: string): string => TABLES[model] ?? unknownModel(model)
  const remove = async (model: string, where: readonly CleanedWhere[]): Promise<number> => {
    const gone = await db.deleteFrom(table(model)).where(matching(where)).returning('id').execute()
    if (model === 'session') await sessionsEnded(gone.map(({ id }) => String(id)))
    return gone.length
  }
  return createAdapterFactory({
    config: {
      adapterId: 'kugelaudio',
      supportsBooleans: false,
      supportsNumericIds: false,
      transaction: false,
      customTransformInput: ({ data }) => (data instanceof Date ? data.getTime() : data),
      customTransformOutput: ({ data, fieldAttributes }) =>
        fieldAttributes.type === 'date' && typeof data === 'number' ? new Date(data) : data,
    },
    adapter: () => ({
      create: async ({ model, data }) =>
        (await db
          .insertInto(table(model))
          .values(data)
          .returningAll()
          .executeTakeFirstOrThrow()) as typeof data,
      async update({ model, where, update }) {
        const changed = await db
          .updateTable(table(model))
          .set(update as Record<string, unknown>)
          .where(matching(where))
          .returningAll()
          .executeTakeFirst()
        // biome-ignore lint/suspicious/noExplicitAny: rows are as Better Auth's schema says
        return (changed as any) ?? null
      },
      async updateMany({ model, where, update }) {
        const { numUpdatedRows } = await db
          .updateTable(table(model))
          .set(update)
          .where(matching(where))
          .executeTakeFirst()
        return Number(numUpdatedRows)
      },
      async findOne({ model, where }) {
        const found = await db.selectFrom(table(model)).selectAll().where(matching(where)).executeTakeFirst()
        // biome-ignore lint/suspicious/noExplicitAny: rows are as Better Auth's schema says
        return (found as any) ?? null
      },
      async findMany({ model, where, limit, sortBy, offset }) {
        let found = db
          .selectFrom(table(model))
          .selectAll()
          .where(matching(where ?? []))
        if (sortBy !== undefined) found = found.orderBy(sortBy.field, sortBy.direction)
        found = found.limit(limit)
        if (offset !== undefined) found = found.offset(offset)
        // biome-ignore lint/suspicious/noExplicitAny: rows are as Better Auth's schema says
        return (await found.execute()) as any
      },
      async delete({ model, where }) {
        await remove(model, where)
      },
      deleteMany: ({ model, where }) => remove(model, where),
      async consumeOne({ model, where }) {
        const one = db.selectFrom(table(model)).select('id').where(matching(where)).limit(1)
        const consumed = await db
          .deleteFrom(table(model))
          .where('id', 'in', one)
          .returningAll()
          .executeTakeFirst()
        // biome-ignore lint/suspicious/noExplicitAny: rows are as Better Auth's schema says
        return (consumed as any) ?? null
      },
      async count({ model, where }) {
        const { count } = await db
          .selectFrom(table(model))
          .select((select) => select.fn.countAll<number>().as('count'))
          .where(matching(where ?? []))
          .executeTakeFirstOrThrow()
        return Number(count)
      },
    }),
  })
}

function unknownModel(model: string): never {
  throw new TypeError(`No table is meant for ${model}`)
}

/** All that are joined by AND, and any of those joined by OR. */
const matching = (where: readonly CleanedWhere[]) => (build: Builder) => {
  const all = where
    .filter(({ connector }) => connector === 'AND')
    .map((condition) => expressionOf(build, condition))
  const any = where
    .filter(({ connector }) => connector === 'OR')
    .map((condition) => expressionOf(build, condition))
  return build.and(any.length === 0 ? all : [...all, build.or(any)])
}

function expressionOf(build: Builder, { field, operator, value, mode }: CleanedWhere) {
  if (mode === 'insensitive') throw new TypeError('Nothing is looked up whatever its case')
  switch (operator) {
    case 'eq':
      return build(field, value === null ? 'is' : '=', value)
    case 'ne':
      return build(field, value === null ? 'is not' : '!=', value)
    case 'gt':
      return build(field, '>', value)
    case 'gte':
      return build(field, '>=', value)
    case 'lt':
      return build(field, '<', value)
    case 'lte':
      return build(field, '<=', value)
    case 'in':
      return build(field, 'in', value as unknown[])
    case 'not_in':
      return build(field, 'not in', value as unknown[])
    default:
      throw new TypeError(`Nothing is looked up by ${operator}`)
  }
}
