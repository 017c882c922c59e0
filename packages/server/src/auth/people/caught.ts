import { AsyncLocalStorage } from 'node:async_hooks'

/** What Better Auth tells callbacks and not whoever asked: the token of a letter, whose password was reset. */
export type Caught = { token: string | null; email: string | null }

const caught = new AsyncLocalStorage<Caught>()

/** What was caught while `work` ran; no token where Better Auth made none, as for an address without an account. */
export async function catching(work: () => Promise<unknown>): Promise<Caught> {
  const place: Caught = { token: null, email: null }
  await caught.run(place, work)
  return place
}

export function keep(what: Partial<Caught>): void {
  const place = caught.getStore()
  if (place !== undefined) Object.assign(place, what)
}
