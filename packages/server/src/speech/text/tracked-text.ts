/**
 * Where a piece of a made text came from: the piece begins at `at` and ends where the next one begins. A copy stands
 * for its range unit by unit, anything else for the whole of it. All offsets are UTF-16.
 */
export type Origin = { at: number; start: number; end: number; isCopy: boolean }

/** A text made of a caller's, and for each piece of it the range of the caller's text it stands for, in order. */
export type TrackedText = { readonly text: string; readonly origins: readonly Origin[] }

/** What to write in the place of a range of a text. */
export type Edit = { from: number; to: number; text: string }

/** Part of a text, as offsets. */
export type Range = { start: number; end: number }

/** A caller's own text; `start` is where it stands in all that the caller has sent. */
export const track = (text: string, start = 0): TrackedText => ({
  text,
  origins: text === '' ? [] : [{ at: 0, start, end: start + text.length, isCopy: true }],
})

/** A text that stands for a range as a whole; an empty one says that the range is not spoken. */
export const standIn = (text: string, { start, end }: Range): TrackedText => ({
  text,
  origins: [{ at: 0, start, end, isCopy: false }],
})

/** Texts one after the other. */
export function join(parts: readonly TrackedText[]): TrackedText {
  const builder = new TextBuilder()
  for (const part of parts) builder.add(part, 0, part.text.length)
  return builder.built()
}

/** Part of a text. */
export function slice(tracked: TrackedText, from: number, to: number): TrackedText {
  const builder = new TextBuilder()
  builder.add(tracked, from, to)
  return builder.built()
}

/** A text with edits made; they are in order and do not overlap. */
export function rewrite(tracked: TrackedText, edits: readonly Edit[]): TrackedText {
  if (edits.length === 0) return tracked
  const builder = new TextBuilder()
  let at = 0
  for (const { from, to, text } of edits) {
    builder.add(tracked, at, from)
    const { start, end } = rangeOf(tracked, from, to)
    builder.put(standIn(text, { start, end: from === to ? start : end }))
    at = to
  }
  builder.add(tracked, at, tracked.text.length)
  return builder.built()
}

/** The range of the caller's text that part of a made text stands for. */
export function rangeOf({ text, origins }: TrackedText, from: number, to: number): Range {
  const first = origins[originAt(origins, from)]
  const last = origins[originAt(origins, Math.max(from, to - 1))]
  if (first === undefined || last === undefined) return { start: 0, end: 0 }
  const start = first.isCopy ? Math.min(first.start + from - first.at, first.end) : first.start
  const ending = last.isCopy ? Math.min(last.start + Math.min(to, text.length) - last.at, last.end) : last.end
  return { start, end: Math.max(start, ending) }
}

/** Index of the origin of a text's unit; of several that begin there, the last: those before it are empty. */
function originAt(origins: readonly Origin[], at: number): number {
  let low = 0
  let high = origins.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((origins[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** Puts a text together. */
export class TextBuilder {
  readonly #texts: string[] = []
  readonly #origins: Origin[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Adds part of a text. What is empty in it belongs to the part that begins there, or to the text's end. */
  add(tracked: TrackedText, from: number, to: number): void {
    const { text, origins } = tracked
    if (from >= to && text !== '') return
    for (let index = firstFrom(origins, from); index < origins.length; index++) {
      const origin = origins[index]
      if (origin === undefined) break
      const ends = origins[index + 1]?.at ?? text.length
      if (origin.at >= to && to < text.length) break
      const cutFrom = Math.max(from, origin.at)
      const cutTo = Math.min(to, ends)
      if (origin.isCopy) {
        if (cutFrom >= cutTo) continue
        const start = origin.start + cutFrom - origin.at
        this.#push(text.slice(cutFrom, cutTo), start, start + cutTo - cutFrom, true)
      } else {
        this.#push(text.slice(cutFrom, Math.max(cutFrom, cutTo)), origin.start, origin.end, false)
      }
    }
  }

  /** Adds a whole text. */
  put(tracked: TrackedText): void {
    this.add(tracked, 0, tracked.text.length)
  }

  built(): TrackedText {
    return { text: this.#texts.join(''), origins: this.#origins }
  }

  #push(text: string, start: number, end: number, isCopy: boolean): void {
    const last = this.#origins.at(-1)
    if (last?.isCopy && isCopy && last.end === start) last.end = end
    else this.#origins.push({ at: this.#length, start, end, isCopy })
    this.#texts.push(text)
    this.#length += text.length
  }
}

/** Index of the first origin that has something to say from a place on. */
function firstFrom(origins: readonly Origin[], from: number): number {
  let index = originAt(origins, from)
  while (index > 0 && origins[index - 1]?.at === from) index--
  return index
}
