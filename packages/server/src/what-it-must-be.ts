import type { z } from 'zod'

/** What a wrong value must be, in the words that follow its name. A schema's own words go before these. */
export const whatItMustBe: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return issue.values.length > 2
        ? `must be one of ${issue.values.join(', ')}`
        : `must be ${issue.values.join(' or ')}`
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive ?? true)
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive ?? true)
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? `written as ${issue.pattern ?? issue.format}`}`
    default:
      // Said by the schema itself wherever it can happen: unions, refinements.
      return undefined
  }
}

const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const FORMATS: Record<string, string> = {
  email: 'an e-mail address',
  url: 'an address as https://example.com/path',
  uuid: 'a UUID',
  datetime: 'a time as 2030-01-31T12:00:00Z',
  date: 'a day as 2030-01-31',
}

/** What is counted in each kind of value; a number is compared by itself. */
const COUNTED: Record<string, [verb: string, unit: string]> = {
  string: ['be', 'character'],
  array: ['have', 'item'],
  record: ['have', 'member'],
}

function tooSmall(origin: string, minimum: number, isInclusive: boolean): string {
  const counted = COUNTED[origin]
  if (counted === undefined) return `must be ${isInclusive ? 'at least' : 'more than'} ${minimum}`
  return minimum === 1 ? 'must not be empty' : sized(counted, 'at least', minimum)
}

function tooBig(origin: string, maximum: number, isInclusive: boolean): string {
  const counted = COUNTED[origin]
  if (counted === undefined) return `must be ${isInclusive ? 'at most' : 'less than'} ${maximum}`
  return sized(counted, 'at most', maximum)
}

const sized = ([verb, unit]: [verb: string, unit: string], bound: string, count: number): string =>
  `must ${verb} ${bound} ${count} ${unit}${count === 1 ? '' : 's'}`
