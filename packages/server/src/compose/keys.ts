import { LeasedTable } from '@kugelaudio/keycore'
import type { Plans } from '../accounts/plans.ts'
import { OpenStreams } from '../accounts/streams.ts'
import type { RunningServer } from '../adapters/control-socket.ts'
import { ABUSE_LIMITS } from '../auth/abuse-limits.ts'
import { createAuthenticate } from '../auth/authenticate.ts'
import { OpenGrants } from '../auth/grants.ts'
import { OpenSessions } from '../auth/people/session-grants.ts'
import { createForeignKeys } from '../keys/foreign-keys.ts'
import { createImportKeys } from '../keys/import.ts'
import { keepReceipts } from '../keys/keep-receipts.ts'
import { createKeyActivity } from '../keys/key-activity.ts'
import { createKeyEvents } from '../keys/key-events.ts'
import { createKeys } from '../keys/keys.ts'
import { createKeyLookup, KEY_TABLE_CAPACITY } from '../keys/lookup.ts'
import { receiptSigner } from '../keys/receipts.ts'
import { RecentRequests } from '../keys/recent-requests.ts'
import { createApplyChange, createRevocation } from '../keys/revocation.ts'
import { createTokens } from '../keys/tokens.ts'
import { type Observe, unobserved } from '../observe.ts'
import type { Secrets } from '../secret.ts'
import { findKeyByDigest, type KeyRecord } from '../store/api-keys.ts'
import { findKeyByToken } from '../store/tokens.ts'
import type { OpenedData } from './data.ts'
import type { World } from './world.ts'

/** Everything about keys on the node that serves them. */
export function composeKeys(
  parts: {
    data: Pick<OpenedData, 'database' | 'serve'>
    plans: Plans
    secrets: Secrets
    self: () => RunningServer
    observe?: Observe
  },
  { clock, randomBytes, abuseLimits }: Pick<World, 'clock' | 'randomBytes' | 'abuseLimits'>,
) {
  const { data, plans, secrets, self, observe = unobserved } = parts
  const { lookedUp, settled, beginSpan } = observe
  const store = data.database
  const creation = { ...ABUSE_LIMITS, ...abuseLimits }
  const signer = receiptSigner(secrets.current)
  const grants = new OpenGrants()
  const table = new LeasedTable<KeyRecord>({
    capacity: KEY_TABLE_CAPACITY,
    holdsLease: () => cluster.current(),
  })
  const streams = new OpenStreams(plans)
  const people = new OpenSessions()
  const enforceLimits = (accountId: string): number => streams.enforce(accountId)
  const forgetPrefixes = (): void => foreign.forget()
  const apply = createApplyChange({
    table,
    grants,
    people,
    enforceLimits,
    forgetPrefixes,
    database: store,
    clock,
  })
  const forget = (): void => {
    table.forgetAll()
    forgetPrefixes()
  }
  const cluster = data.serve({ apply, forget, self })
  const foreign = createForeignKeys({ database: store, cluster })
  const lookup = createKeyLookup({
    table,
    readByKey: (digest) => findKeyByDigest(store.query, digest),
    readByToken: (digest) => findKeyByToken(store.query, digest),
    cluster,
    clock,
    lookedUp,
  })
  const revocation = createRevocation({
    cluster,
    signer,
    clock,
    keep: keepReceipts(store),
    settled,
    beginSpan,
  })
  const tokens = createTokens({ database: store, clock, randomBytes, revocation })
  const events = createKeyEvents({ randomBytes })
  const recent = new RecentRequests()
  const keys = createKeys({
    database: store,
    clock,
    randomBytes,
    revocation,
    events,
    grants,
    recent,
    plans,
    secrets,
    creation,
  })
  return {
    grants,
    people,
    cluster,
    tokens,
    authenticate: createAuthenticate({ lookup, grants, clock, foreign, spendToken: tokens.spend }),
    streams,
    revocation,
    importKeys: createImportKeys({
      database: store,
      clock,
      randomBytes,
      events,
      plans,
      creation,
      revocation,
    }),
    events,
    recent,
    keys,
    activity: createKeyActivity({ database: store, clock, grants, revocation, keys }),
  }
}
