import { lazyRouteComponent } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { isOffline, offline } from '../api/network.ts'

/**
 * A page whose script comes when it is opened. Where there is no way to the server, what is on the screen stays and the page says
 * so; a script that a newer build has replaced is had by loading everything anew.
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(() => load().catch(explain), name)

async function explain(error: unknown): Promise<never> {
  if (isOffline()) throw offline()
  // Throws that nobody answers, where nobody does.
  await call('getSetup')
  throw error
}
