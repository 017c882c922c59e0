/** A character written as an entity, and its length there. */
export type Entity = { character: string; length: number }

/** The entity that stands at an `&`; null when it is none. */
export function readEntity(text: string, at: number): Entity | null {
  const found = ENTITY.exec(text.slice(at, at + ENTITY_LENGTH_MAX))
  if (found === null) return null
  const [{ length }, name = ''] = [found[0], found[1]]
  const character = name.startsWith('#') ? numbered(name.slice(1)) : NAMED[name.toLowerCase()]
  return character === undefined ? null : { character, length }
}

/** `&#x10FFFF;` */
export const ENTITY_LENGTH_MAX = 10
const ENTITY = /^&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,6});/i

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  euro: '€',
}

function numbered(digits: string): string | undefined {
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10)
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
  // Control characters would be commands to some engine.
  return code < 0x20 ? ' ' : String.fromCodePoint(code)
}
