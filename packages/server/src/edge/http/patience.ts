import type { Throttle } from '../../auth/throttle.ts'
import { Failure } from '../../failure.ts'

/** Counts what a network does. Throws `RATE_LIMITED`. */
export function demandPatience(throttle: Throttle, address: string | null): void {
  const waitS = throttle.hit(address)
  if (waitS !== null) throw new Failure('RATE_LIMITED', 'Too many attempts', { retryAfterS: waitS })
}
