import { createSmtpMail } from '../adapters/smtp-mail.ts'
import { createWebhookPost, systemResolve } from '../adapters/webhook-post.ts'
import type { Config } from '../config.ts'
import { expiryChores } from '../keys/expiry-notices.ts'
import type { KeyEvents } from '../keys/key-events.ts'
import { createAllowAddress } from '../keys/webhooks/addresses.ts'
import { createDeliveries, deliveryChores } from '../keys/webhooks/deliveries.ts'
import { resealSecrets } from '../keys/webhooks/sealed-secrets.ts'
import { createSealing } from '../keys/webhooks/sealing.ts'
import { createWebhooks } from '../keys/webhooks/webhooks.ts'
import type { Log } from '../log.ts'
import type { Secrets } from '../secret.ts'
import type { OpenedData } from './data.ts'
import type { World } from './world.ts'

/** What is told of keys: by webhook, and by mail where a mail server is named. */
export function composeNotices(
  parts: { config: Config; log: Log; data: OpenedData; secrets: Secrets; events: KeyEvents },
  { clock, randomBytes, resolve = systemResolve }: World,
) {
  const { config, log, data, secrets, events } = parts
  const { database } = data
  const allowAddress = createAllowAddress(config.webhookAllow)
  const sealing = createSealing(secrets, randomBytes)
  const post = createWebhookPost({ allowAddress, resolve })
  const version = (): string => `${data.version()} ${events.version()}`
  const deliveries = createDeliveries({ database, clock, log, randomBytes, sealing, post, version })
  const { smtpUrl: url, mailFrom: from } = config
  const sendMail = url === null || from === null ? null : createSmtpMail({ url, from })
  return {
    sendMail,
    webhooks: createWebhooks({ database, clock, randomBytes, sealing, secrets, allowAddress, deliveries }),
    resealSecrets: () => resealSecrets({ database, sealing }),
    chores: [
      ...deliveryChores(deliveries, { database, clock }),
      ...expiryChores({ database, events, clock, log, sendMail }),
    ],
  }
}
