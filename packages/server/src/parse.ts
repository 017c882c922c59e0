import type { z } from 'zod'
import { Failure } from './failure.ts'
import { whatItMustBe } from './what-it-must-be.ts'

/** A value by its schema. Throws `VALIDATION_ERROR` that names each member that is wrong, and what it must be. */
export function parseBy<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: whatItMustBe })
  if (parsed.success) return parsed.data
  // Of a value of the wrong type its length is measured all the same: the first word on each place is enough.
  const firsts = new Map(parsed.error.issues.toReversed().map((issue) => [issue.path.join('.'), issue]))
  const issues = [...firsts.values()].reverse()
  throw new Failure('VALIDATION_ERROR', issues.slice(0, ISSUES_NAMED_MAX).map(sentence).join('; '))
}

/** JSON in UTF-8. Throws `VALIDATION_ERROR`. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Failure('VALIDATION_ERROR', 'Invalid JSON body')
  }
}

/** A caller mends a few mistakes at a time. */
const ISSUES_NAMED_MAX = 5
/** Members are named as the caller wrote them, but not at any length. */
const NAME_LENGTH_MAX = 60
/** A key in a wrong place must not come back in an answer. */
const KEY_LIKE = /ka_[0-9A-Za-z]+/g

function sentence(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.').slice(0, NAME_LENGTH_MAX)
  if (issue.code === 'unrecognized_keys') {
    return `unknown field: ${issue.keys
      .map((name) => name.replace(KEY_LIKE, 'ka_…').slice(0, NAME_LENGTH_MAX))
      .slice(0, ISSUES_NAMED_MAX)
      .join(', ')}`
  }
  return name === '' ? issue.message : `${name}: ${issue.message}`
}
