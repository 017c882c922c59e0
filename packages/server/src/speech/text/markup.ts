import { breakMs } from './breaks.ts'
import { ENTITY_LENGTH_MAX, readEntity } from './entities.ts'
import { readIpa } from './ipa.ts'
import { readTag, type Tag } from './tag.ts'
import { type Range, standIn, TextBuilder, type TrackedText, track } from './tracked-text.ts'

/** How a stretch of text is meant. `speed` is null outside of prosody tags. */
export type Span =
  | { kind: 'text'; text: TrackedText; speed: number | null }
  | { kind: 'spell'; text: TrackedText; group: number | null; speed: number | null }
  /** `text` is what an engine without phonemes says. */
  | { kind: 'ipa'; text: TrackedText; ipa: string; speed: number | null }
  | { kind: 'pause'; ms: number; range: Range }

/** Tags that are open where a piece of a stream ends. */
export type OpenTags = { speeds: readonly (number | null)[]; spelling: { group: number | null } | null }

export const NO_OPEN_TAGS: OpenTags = { speeds: [], spelling: null }

/** Reads markup (wire reference, section 6). What is open at the end is told, and counts as closed for these spans. */
export function readMarkup(text: string, start = 0, open = NO_OPEN_TAGS): { spans: Span[]; open: OpenTags } {
  const reader = new Reader(text, start, open)
  reader.read(text.length)
  return { spans: reader.spans, open: reader.open }
}

/**
 * How much of a stream's text can be read before more of it comes: up to a tag, an entity, a pronunciation or a spelling
 * that is not complete. `open` is what an earlier piece left open.
 */
export function completeLength(text: string, open = NO_OPEN_TAGS): number {
  const reader = new Reader(text, 0, { ...open, spelling: null })
  return reader.read(text.length, true)
}

/** What ends a line in speech, though the tag itself means nothing. */
const LINE_TAGS = new Set([
  'br',
  'p',
  'div',
  'li',
  'ul',
  'ol',
  'tr',
  'h1',
  'h2',
  'h3',
  'h4',
  's',
  'sentence',
  'paragraph',
])
/** Where something begins that is not plain text. */
const SPECIAL = /[<&/]/g

class Reader {
  readonly spans: Span[] = []
  readonly #text: string
  readonly #source: TrackedText
  readonly #start: number
  #speeds: (number | null)[]
  #spelling: OpenTags['spelling']
  #spellingFrom: number | null = null
  #builder = new TextBuilder()
  /** Whether a `<` that is text has been kept since the last blank: what follows must not make a tag of it. */
  #isAfterAngle = false

  constructor(text: string, start: number, open: OpenTags) {
    this.#text = text
    this.#source = track(text, start)
    this.#start = start
    this.#speeds = [...open.speeds]
    this.#spelling = open.spelling
  }

  get open(): OpenTags {
    return { speeds: this.#speeds, spelling: this.#spelling }
  }

  /** Reads it all; with `waits`, stops before what is not complete. Returns how far it came. */
  read(to: number, waits = false): number {
    let at = 0
    while (at < to) {
      SPECIAL.lastIndex = at
      const next = SPECIAL.exec(this.#text)?.index ?? to
      this.#copy(at, next)
      at = next
      if (at >= to) break
      const end = this.#special(at, waits)
      if (end === null) return this.#spellingFrom ?? at
      at = end
    }
    this.#endText()
    return waits ? (this.#spellingFrom ?? to) : to
  }

  /** Takes what stands at a special unit; returns where it ends, or null when that is not known yet. */
  #special(at: number, waits: boolean): number | null {
    switch (this.#text[at]) {
      case '<':
        return this.#angle(at, waits)
      case '&':
        return this.#ampersand(at, waits)
      default:
        return this.#slash(at, waits)
    }
  }

  #angle(at: number, waits: boolean): number | null {
    const reading = readTag(this.#text, at)
    if (reading.kind === 'tag') {
      this.#obey(reading.tag, this.#rangeOf(at, reading.tag.end))
      return reading.tag.end
    }
    if (reading.kind === 'unfinished') {
      if (waits) return null
      // The beginning of a tag that never came to its end.
      if (MEANT.test(this.#text.slice(at))) {
        this.#drop(this.#rangeOf(at, this.#text.length))
        return this.#text.length
      }
    }
    this.#copy(at, at + 1)
    this.#isAfterAngle = true
    return at + 1
  }

  #ampersand(at: number, waits: boolean): number | null {
    const entity = readEntity(this.#text, at)
    if (entity === null) {
      const rest = this.#text.slice(at, at + ENTITY_LENGTH_MAX)
      if (waits && at + rest.length === this.#text.length && /^&#?[a-z0-9]*$/i.test(rest)) return null
      this.#copy(at, at + 1)
      return at + 1
    }
    this.#builder.put(standIn(entity.character, this.#rangeOf(at, at + entity.length)))
    return at + entity.length
  }

  #slash(at: number, waits: boolean): number | null {
    const found = this.#spelling === null ? readIpa(this.#text, at) : null
    if (found === 'unfinished' && waits) return null
    if (found === null || found === 'unfinished') {
      this.#copy(at, at + 1)
      return at + 1
    }
    this.#endText()
    const text = standIn(found.ipa.replace(SAID_BY_NOBODY, ''), this.#rangeOf(at, found.end))
    this.spans.push({ kind: 'ipa', text, ipa: found.ipa, speed: this.#speed })
    return found.end
  }

  #obey(tag: Tag, range: Range): void {
    switch (tag.name) {
      case 'break': {
        const ms = tag.isClosing ? 0 : breakMs(tag.attributes)
        if (ms === 0) return this.#drop(range, ' ')
        this.#endText()
        this.spans.push({ kind: 'pause', ms, range })
        return
      }
      case 'spell':
        return this.#spell(tag, range)
      case 'prosody':
        this.#drop(range)
        this.#endText()
        if (tag.isClosing) this.#speeds.pop()
        else if (!tag.isSelfClosed) this.#speeds.push(speedOf(tag.attributes.get('rate')) ?? this.#speed)
        return
      default:
        this.#drop(range, LINE_TAGS.has(tag.name) ? '\n' : '')
    }
  }

  #spell(tag: Tag, range: Range): void {
    this.#drop(range)
    this.#endText()
    if (tag.isClosing) {
      this.#spelling = null
      this.#spellingFrom = null
    } else if (!tag.isSelfClosed && this.#spelling === null) {
      const group = Number(tag.attributes.get('group'))
      this.#spelling = { group: Number.isInteger(group) && group > 0 ? group : null }
      this.#spellingFrom = range.start - this.#start
    }
  }

  get #speed(): number | null {
    return this.#speeds.at(-1) ?? null
  }

  #rangeOf = (from: number, to: number): Range => ({ start: this.#start + from, end: this.#start + to })

  #copy(from: number, to: number): void {
    if (from >= to) return
    this.#builder.add(this.#source, from, to)
    if (this.#isAfterAngle && /[\s>]/.test(this.#text.slice(from, to))) this.#isAfterAngle = false
  }

  /** Leaves a tag out. */
  #drop(range: Range, instead = ''): void {
    this.#builder.put(standIn(this.#isAfterAngle ? ', ' : instead, range))
  }

  #endText(): void {
    const text = this.#builder.built()
    this.#builder = new TextBuilder()
    this.#isAfterAngle = false
    if (text.origins.length === 0) return
    const speed = this.#speed
    if (this.#spelling === null) this.spans.push({ kind: 'text', text, speed })
    else this.spans.push({ kind: 'spell', text, group: this.#spelling.group, speed })
  }
}

const MEANT = /^<\/?(?:break|spell|prosody)(?![a-z])/i
/** Marks of IPA that no reader says. */
const SAID_BY_NOBODY = /[ˈˌːˑ.‿|]|[\u0300-\u036f]/gu

const RATES: Record<string, number> = {
  'x-slow': 0.8,
  slow: 0.8,
  medium: 1,
  default: 1,
  fast: 1.2,
  'x-fast': 1.2,
}

/** The speed of `rate`: a keyword, a factor or a percentage, within 0.8 to 1.2; null when it is none. */
function speedOf(rate: string | undefined): number | null {
  const wanted = rate?.trim().toLowerCase() ?? ''
  const named = Object.hasOwn(RATES, wanted) ? RATES[wanted] : undefined
  if (named !== undefined) return named
  const [, factor, percent] = /^\+?(\d{1,6}(?:\.\d{0,9})?|\.\d{1,9})(%?)$/.exec(wanted) ?? []
  if (factor === undefined) return null
  return Math.min(1.2, Math.max(0.8, Number(factor) / (percent === '%' ? 100 : 1)))
}
