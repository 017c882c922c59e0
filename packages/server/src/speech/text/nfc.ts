import { type Edit, rewrite, type TrackedText } from './tracked-text.ts'

/** A letter and its marks, or jamo that make a syllable: what canonical composition can change. */
const CLUSTER =
  /[\u1100-\u11ff\u3099-\u309a]{1,30}|\P{M}?\p{M}{1,30}|[\u0340-\u0344\u0374\u037e\u0387\u1f00-\u1fff\u2000-\u2001\u2126-\u212b\u2329-\u232a\uf900-\ufaff\u0958-\u095f\u{2f800}-\u{2fa1f}]/gu

/** The text in Unicode's composed form (NFC). */
export function composed(tracked: TrackedText): TrackedText {
  // Nothing to do is the rule, and the engine's own test for it is fast.
  if (tracked.text.normalize('NFC') === tracked.text) return tracked
  const edits: Edit[] = []
  for (const { index, 0: cluster } of tracked.text.matchAll(CLUSTER)) {
    const text = cluster.normalize('NFC')
    if (text !== cluster) edits.push({ from: index, to: index + cluster.length, text })
  }
  return rewrite(tracked, edits)
}
