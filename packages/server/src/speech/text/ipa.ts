/** Pronunciation between slashes, as `/ˈkuːɡl̩/`. */
export type InlineIpa = { ipa: string; end: number }

/** Longer than any word; bounds what is looked at for each slash. */
export const IPA_LENGTH_MAX = 100

/** What is used in IPA: letters, modifiers, marks, and a few signs. */
const IPA = /^(?:[a-zæçðøħŋœǀ-ǃɐ-ʯʰ-˿θβχλ\u1d00-\u1dbf‿|.()\-\u2191\u2193 ]|[\u0300-\u036f])+$/u
/** What nothing but IPA has: no path and no `and/or` is taken for it. */
const ONLY_IPA = /[ðæŋɐ-ʯʰ-ˁˈˌːˑθβχ\u1d00-\u1dbf]|[\u0329\u032f\u0361]/u
const BEFORE = /[\p{L}\p{N}\p{M}/:.\\_]/u
const AFTER = /[\p{L}\p{N}\p{M}/\\_]/u

/** The IPA that begins at a slash; null when it is only a slash; `unfinished` when more text could tell. */
export function readIpa(text: string, at: number): InlineIpa | 'unfinished' | null {
  if (at > 0 && BEFORE.test(text[at - 1] ?? '')) return null
  const close = text.slice(at + 1, at + 2 + IPA_LENGTH_MAX).indexOf('/')
  if (close === -1) {
    const begun = text.slice(at + 1)
    return begun.length <= IPA_LENGTH_MAX && (begun === '' || IPA.test(begun)) ? 'unfinished' : null
  }
  const ipa = text.slice(at + 1, at + 1 + close)
  const end = at + close + 2
  if (!IPA.test(ipa) || !ONLY_IPA.test(ipa) || AFTER.test(text[end] ?? '')) return null
  return { ipa: ipa.trim(), end }
}
