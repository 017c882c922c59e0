import { AsyncLocalStorage } from 'node:async_hooks'
import type { Actor } from '../../store/audit-log.ts'

/** What callbacks of Better Auth hear and whoever asked does not: the token of a letter, whose password was reset, why not. */
export type Caught = { token: string | null; email: string | null; reason: string | null }

const caught = new AsyncLocalStorage<{ caught: Caught; actor: Actor | null }>()

/** What was caught while `work` ran; no token where Better Auth made none, as for an address without an account. */
export async function catching(work: () => Promise<unknown>, actor: Actor | null = null): Promise<Caught> {
  const found: Caught = { token: null, email: null, reason: null }
  await caught.run({ caught: found, actor }, work)
  return found
}

/** Who asked, where that was said. */
export const askedBy = (): Actor | null => caught.getStore()?.actor ?? null

export function keep(what: Partial<Caught>): void {
  const place = caught.getStore()
  if (place !== undefined) Object.assign(place.caught, what)
}
