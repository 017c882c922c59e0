import type { Subject } from './subject.ts'

/** One thing that the protocol promises, and how it is tried. */
export type Check = {
  /** As `speak.order`: what is named in the table and by `--only`. */
  name: string
  /** What the server has to do, as a person reads it. */
  promise: string
  /** Also needs a key that may manage keys. */
  managesKeys?: true
  /** Throws `Nonconforming` where the server does otherwise. What it returns is worth knowing. */
  run(subject: Subject): Promise<string | undefined>
}

/** What came of a check. */
export type CheckResult = {
  name: string
  promise: string
  result: 'pass' | 'fail' | 'skip'
  /** Why it failed or was skipped; of a passed one, what is worth knowing. */
  detail: string
  ms: number
}

/** The server does not do what the protocol promises. The message says what it did instead. */
export class Nonconforming extends Error {}

/** A check that says nothing about the server, because something that it needs is not there. */
export class NotChecked extends Error {}

/** The key's limits are reached. */
export class LimitReached extends Error {
  readonly retryAfterS: number

  constructor(message: string, retryAfterS: number) {
    super(message)
    this.retryAfterS = retryAfterS
  }
}

export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Nonconforming(otherwise)
}

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(sorted(actual)), JSON.stringify(sorted(expected))]
  expect(is === should, `${what}: is ${shortened(is)}, must be ${shortened(should)}`)
}

type MemberType = 'string' | 'number' | 'integer' | 'array' | 'object' | 'true'

/** That something is an object with these members. What else it has is its own affair. */
export function expectMembers(
  what: string,
  of: unknown,
  types: Record<string, MemberType>,
): asserts of is Record<string, unknown> {
  expect(isObject(of), `${what}: must be an object, is ${shortened(JSON.stringify(of))}`)
  for (const [name, type] of Object.entries(types)) {
    const member = of[name]
    expect(isOf(type, member), `${what}: "${name}" must be ${type}, is ${shortened(JSON.stringify(member))}`)
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isOf(type: MemberType, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'true':
      return value === true
    default:
      return typeof value === type
  }
}

const TEXT_CHARACTERS_SHOWN = 160

/** A value as it fits into a line. */
export const shortened = (text: string | undefined): string =>
  text === undefined
    ? 'missing'
    : text.length > TEXT_CHARACTERS_SHOWN
      ? `${text.slice(0, TEXT_CHARACTERS_SHOWN)}…`
      : text

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  )
}
