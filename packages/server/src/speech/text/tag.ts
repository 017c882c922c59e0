/** A tag of a text's markup, as far as it is read. */
export type Tag = {
  /** Lower case. */
  name: string
  isClosing: boolean
  isSelfClosed: boolean
  attributes: ReadonlyMap<string, string>
  /** Offset after its `>`. */
  end: number
}

/** What stands at a `<`: a tag, plain text, or what may still become a tag when more text comes. */
export type TagReading = { kind: 'tag'; tag: Tag } | { kind: 'text' } | { kind: 'unfinished'; name: string }

/** Longer than any honest tag; bounds what is looked at for each `<`. */
export const TAG_LENGTH_MAX = 256

/** Reads what stands at a `<`. */
export function readTag(text: string, at: number): TagReading {
  const window = text.slice(at, at + TAG_LENGTH_MAX)
  const isWhole = at + TAG_LENGTH_MAX >= text.length
  const head = HEAD.exec(window)
  if (head === null) {
    return isWhole && /^<\/?$/.test(window) ? { kind: 'unfinished', name: '' } : TEXT
  }
  const name = (head[2] ?? '').toLowerCase()
  const isKnown = KNOWN.has(name)
  const close = endOf(window, head[0].length)
  if (close === -1) return isWhole && couldGoOn(window, isKnown) ? { kind: 'unfinished', name } : TEXT
  const inside = window.slice(head[0].length, close)
  const attributes = readAttributes(inside.replace(/\/$/, ''))
  if (attributes === null && !isKnown) return TEXT
  const tag = {
    name,
    isClosing: head[1] === '/',
    isSelfClosed: inside.endsWith('/'),
    attributes: attributes ?? new Map(),
    end: at + close + 1,
  }
  return { kind: 'tag', tag }
}

const TEXT: TagReading = { kind: 'text' }
const HEAD = /^<(\/?)([a-z][a-z0-9:._-]{0,40})(?=[\s/>"'=]|$)/i
/** The tags that mean something here. */
const KNOWN = new Set(['break', 'spell', 'prosody'])
const ATTRIBUTE = /\s*([a-z_:][a-z0-9_:.-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/iy

/** Where the `>` of a tag is, not one within quotes unless they never end. */
function endOf(window: string, from: number): number {
  let quote = ''
  let closeInQuotes = -1
  for (let at = from; at < window.length; at++) {
    const unit = window[at] ?? ''
    if (quote !== '') {
      if (unit === '>' && closeInQuotes === -1) closeInQuotes = at
      if (unit === quote) quote = ''
    } else if (unit === '"' || unit === "'") quote = unit
    else if (unit === '>') return at
    else if (unit === '<') return -1
  }
  return quote === '' ? -1 : closeInQuotes
}

/** A name, whole attributes, and the beginning of one more. */
const BEGINNING =
  /^<\/?[a-z][a-z0-9:._-]*(?:\s+[a-z_:][a-z0-9_:.-]*=(?:"[^"]*"|'[^']*'))*(?:\s+[a-z_:][a-z0-9_:.-]*(?:=(?:"[^"]*|'[^']*)?)?)?\s*\/?$/i

/** Whether the beginning of a tag at the end of a text looks like one. */
const couldGoOn = (window: string, isKnown: boolean): boolean => isKnown || BEGINNING.test(window)

/** The attributes of a tag; null when it is something else, as in `a<b && c>d`. */
function readAttributes(inside: string): Map<string, string> | null {
  const attributes = new Map<string, string>()
  ATTRIBUTE.lastIndex = 0
  let end = 0
  for (let found = ATTRIBUTE.exec(inside); found !== null; found = ATTRIBUTE.exec(inside)) {
    attributes.set((found[1] ?? '').toLowerCase(), (found[2] ?? '').replace(/^["']|["']$/g, ''))
    end = ATTRIBUTE.lastIndex
  }
  return inside.slice(end).trim() === '' ? attributes : null
}
