import { AsyncLocalStorage } from 'node:async_hooks'

/** Better Auth hands tokens that belong into a letter to a callback; whoever asked for one finds it here. */
const caught = new AsyncLocalStorage<{ token: string | null }>()

/** What was caught while `work` ran; null where Better Auth made no token, as for an address without an account. */
export async function catchToken(work: () => Promise<unknown>): Promise<string | null> {
  const place: { token: string | null } = { token: null }
  await caught.run(place, work)
  return place.token
}

export function keepToken(token: string): void {
  const place = caught.getStore()
  if (place !== undefined) place.token = token
}
