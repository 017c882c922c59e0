/** What of JSON Schema 2020-12 the documents of the API use. */
export type Schema = {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

/** The members of a value as a table in Markdown; of a value that is no object, its type in a line. */
export function membersOf(schema: Schema): string {
  const rows = rowsOf(schema, '')
  if (rows.length === 0) return `${typeOf(schema)}\n`
  const lines = rows.map(({ name, type, meaning }) => `| \`${name}\` | ${cell(type)} | ${cell(meaning)} |`)
  return `| Member | Type | Meaning |\n|---|---|---|\n${lines.join('\n')}\n`
}

type Row = { name: string; type: string; meaning: string }

/** Members of members have their whole path: `limits.voices`, `keys[].id`. */
function rowsOf(schema: Schema, path: string): Row[] {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const isRequired = schema.required?.includes(name) ?? false
    const own = {
      name: `${path}${name}`,
      type: typeOf(member),
      meaning: [isRequired ? 'Required.' : '', describe(member)].filter((part) => part !== '').join(' '),
    }
    return [own, ...rowsOf(member, `${path}${name}.`)]
  })
  const listed = schema.items === undefined ? [] : rowsOf(schema.items, `${path.replace(/\.$/, '')}[].`)
  const further = variants.flatMap((variant) => rowsOf(variant, path))
  const known = new Set(rows.map(({ name }) => name))
  return [...rows, ...listed, ...further.filter(({ name }) => !known.has(name) && known.add(name))]
}

/** Said on the member itself, or where it may be null on what it else is. */
const describe = ({ description, anyOf = [] }: Schema): string =>
  description ?? anyOf.find((variant) => variant.description !== undefined)?.description ?? ''

/** A type and its bounds in words: `integer, 1 to 3600`, `"asc" or "desc"`, `list of string, or null`. */
export function typeOf(schema: Schema): string {
  const { anyOf, oneOf, enum: values, const: value, items } = schema
  const variants = anyOf ?? oneOf
  if (variants !== undefined) return [...new Set(variants.map(typeOf))].join(', or ')
  if (value !== undefined) return JSON.stringify(value)
  if (values !== undefined) return oneOfThem(values.map((each) => JSON.stringify(each)))
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any value')
  if (type === 'array') return `list of ${items === undefined ? 'anything' : typeOf(items)}${bounds(schema)}`
  return `${type}${FORMATS[schema.format ?? ''] ?? ''}${bounds(schema)}`
}

const oneOfThem = (values: readonly string[]): string =>
  values.length > 2 ? `one of ${values.join(', ')}` : values.join(' or ')

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': ' (time as 2030-01-31T12:00:00Z)',
  date: ' (day as 2030-01-31)',
  email: ' (e-mail address)',
  binary: ' (file)',
  base64: ' (base64)',
  cidrv4: ' (IPv4 range)',
  cidrv6: ' (IPv6 range)',
  ipv4: ' (IPv4 address)',
  ipv6: ' (IPv6 address)',
}

function bounds(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems } = schema
  const told = [
    range(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    exclusiveMinimum === undefined ? '' : `more than ${exclusiveMinimum}`,
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' items'),
  ].filter((part) => part !== '')
  return told.map((part) => `, ${part}`).join('')
}

function range(min: number | undefined, max: number | undefined, unit: string): string {
  if (max === undefined)
    return min === undefined || min === 0 || min === -Number.MAX_SAFE_INTEGER ? '' : `at least ${min}${unit}`
  return min === undefined ? `at most ${max}${unit}` : `${min} to ${max}${unit}`
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
