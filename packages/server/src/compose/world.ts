import { randomBytes } from 'node:crypto'
import type { RandomBytes } from '@kugelaudio/keycore'
import type { Resolve } from '../adapters/webhook-post.ts'
import type { AbuseLimits } from '../auth/abuse-limits.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { ListenerLimits } from '../edge/http/listener.ts'
import type { DataWorld } from './data.ts'

/** What only tests replace. */
export type World = {
  clock: Clock
  randomBytes: RandomBytes
  environment: Record<string, string | undefined>
  listenerLimits?: Partial<ListenerLimits>
  /** Of the server's database: who hears of every statement, how long it waits for another process's lock. */
  database?: DataWorld['database']
  /** Hears of every hash of a password that is made. */
  hashedPassword?: () => void
  /** The work of one: N of scrypt. */
  passwordN?: number
  abuseLimits?: Partial<AbuseLimits>
  /** Where the dashboard was built. */
  pagesDir?: string
  /** Finds the addresses of the hosts that webhooks name. */
  resolve?: Resolve
}

export const realWorld: World = { clock: systemClock, randomBytes, environment: process.env }
