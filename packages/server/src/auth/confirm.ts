import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Cluster } from '../keys/cluster.ts'
import type { Grant } from './grants.ts'

/**
 * Makes sure that a grant still holds before something is done with it once more: a further turn, a further piece of
 * audio. Throws what severed it.
 */
export type Confirm = (grant: Grant) => Promise<void>

/** Whether the end of a key, or of the secret it was opened with, has come. */
export const hasExpired = ({ principal: { expiresAtMs } }: Grant, nowMs: number): boolean =>
  expiresAtMs !== null && nowMs >= expiresAtMs

/** What ends a grant whose end has come. */
export const expired = (): Failure => new Failure('UNAUTHORIZED', undefined, { cause: 'expired' })

export function createConfirm(parts: { cluster: Cluster; clock: Clock }): Confirm {
  return async (grant) => {
    if (!parts.cluster.current()) await parts.cluster.catchUp()
    if (hasExpired(grant, parts.clock.nowMs())) grant.sever(expired())
    grant.signal.throwIfAborted()
  }
}
