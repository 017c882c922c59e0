import { resolve } from 'node:path'
import { createAccounts } from '../accounts/accounts.ts'
import { createPlans } from '../accounts/plans.ts'
import { createReport } from '../accounts/usage.ts'
import { createAudit } from '../audit/audit.ts'
import { OpenGrants } from '../auth/grants.ts'
import { createPasswords } from '../auth/password.ts'
import { peopleSecrets } from '../auth/people/secrets.ts'
import type { Config } from '../config.ts'
import { createImportKeys } from '../keys/import.ts'
import { keepReceipts } from '../keys/keep-receipts.ts'
import { createKeyEvents } from '../keys/key-events.ts'
import { createKeys } from '../keys/keys.ts'
import { receiptSigner } from '../keys/receipts.ts'
import { createRevocation } from '../keys/revocation.ts'
import { createSealing } from '../keys/webhooks/sealing.ts'
import { serverSecrets } from '../secret.ts'
import { createVoiceVerification } from '../speech/own-voices/verification.ts'
import type { Database } from '../store/database.ts'
import { openData } from './data.ts'
import { createResetLink } from './people.ts'
import type { World } from './world.ts'

/** Accounts and keys for a command that works beside the server, or without one. */
export async function composeCommand(config: Config, { clock, randomBytes, passwordN }: World) {
  const data = await openData(config, { clock, randomBytes })
  const cluster = data.visit()
  const store: Database = {
    ...data.database,
    async close() {
      await cluster.leave()
      await data.database.close()
    },
  }
  const secrets = serverSecrets(config, resolve(config.dataDir), randomBytes)
  const signer = receiptSigner(secrets.current)
  const grants = new OpenGrants()
  const revocation = createRevocation({ cluster, signer, clock, keep: keepReceipts(store) })
  const plans = createPlans(config.plans, config.defaultPlan)
  const events = createKeyEvents({ randomBytes })
  return {
    clock,
    store,
    isShared: data.isShared,
    /** Of those who may have signed a receipt of this server. */
    receiptKeys: [signer, ...secrets.previous.map(receiptSigner)].map(({ publicKey }) => publicKey),
    sealing: createSealing(secrets, randomBytes),
    peopleSecrets: peopleSecrets(secrets),
    accounts: createAccounts({
      database: store,
      clock,
      randomBytes,
      revocation,
      passwords: createPasswords({ randomBytes, N: passwordN }),
      plans,
      defaultPlan: config.defaultPlan,
    }),
    keys: createKeys({
      database: store,
      clock,
      randomBytes,
      revocation,
      events,
      grants,
      plans,
      secrets,
    }),
    importKeys: createImportKeys({ database: store, clock, randomBytes, events, plans, revocation }),
    audit: createAudit({ database: store }),
    report: createReport({ database: store, clock }),
    voiceVerification: createVoiceVerification({ database: store, clock }),
    resetLink: createResetLink({ config, database: store, clock, randomBytes, secrets }),
  }
}
