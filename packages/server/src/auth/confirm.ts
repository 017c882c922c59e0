import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Cluster } from '../keys/cluster.ts'
import type { Grant } from './grants.ts'

/**
 * Makes sure that a grant still holds before something is done with it once more: a further turn, a further piece of
 * audio. Throws what severed it.
 */
export type Confirm = (grant: Grant) => Promise<void>

export function createConfirm(parts: { cluster: Cluster; clock: Clock }): Confirm {
  return async (grant) => {
    if (!parts.cluster.current()) await parts.cluster.catchUp()
    const { expiresAtMs } = grant.principal
    if (expiresAtMs !== null && parts.clock.nowMs() >= expiresAtMs) {
      grant.sever(new Failure('UNAUTHORIZED', undefined, { cause: 'expired' }))
    }
    grant.signal.throwIfAborted()
  }
}
