/** Members whose values stay as they came: receipts and audit events are signed or hashed as they are. */
const VERBATIM = ['receipt', 'events', 'details', 'settings']

/** An answer with names in camel case, all the way down. The caller names the type that the route is known to answer. */
export function fromWire<Answer>(value: unknown): Answer {
  return renamed(value, camel, VERBATIM) as Answer
}

/** A body with names in snake case. Members that are undefined are left out. */
export const toWire = (value: unknown): unknown => renamed(value, snake, [])

function renamed(value: unknown, rename: (name: string) => string, verbatim: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename, verbatim))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    entries.map(([name, member]) => [
      rename(name),
      verbatim.includes(name) ? member : renamed(member, rename, verbatim),
    ]),
  )
}

const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
