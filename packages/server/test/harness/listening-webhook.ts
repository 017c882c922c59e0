import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { WebhookWithSecret } from '@kugelaudio/contract'
import { manage } from './manage.ts'
import { Receiver } from './receiver.ts'
import type { TestServer } from './test-server.ts'

/** A receiver and its webhook; both are gone when the test is over. */
export type Listening = { receiver: Receiver; hook: WebhookWithSecret }

/** Makes them; `wish` is what else the webhook is to be. */
export async function listeningWebhook(
  t: TestContext,
  { server, manager }: { server: Pick<TestServer, 'url'>; manager: string },
  wish: object = {},
): Promise<Listening> {
  const receiver = await Receiver.start()
  const answer = await manage(server, manager, 'POST', '/v1/webhooks', {
    url: `${receiver.url}/hook`,
    ...wish,
  })
  assert.equal(answer.status, 201)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const hook = WebhookWithSecret.strict().parse(await answer.json())
  t.after(async () => {
    await manage(server, manager, 'DELETE', `/v1/webhooks/${hook.id}`)
    receiver.stop()
  })
  return { receiver, hook }
}
