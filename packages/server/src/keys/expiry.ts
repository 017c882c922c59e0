import { Failure } from '../failure.ts'

/** The end of a key as it was asked for, in ms; null for never. Throws `VALIDATION_ERROR` for one that is past. */
export function expiryOf(text: string | null, nowMs: number): number | null {
  if (text === null) return null
  const atMs = Date.parse(text)
  if (!(atMs > nowMs)) throw new Failure('VALIDATION_ERROR', 'expires_at: must lie in the future')
  return atMs
}
