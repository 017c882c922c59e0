import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { AuditList, Webhook, WebhookWithSecret } from '@kugelaudio/contract'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { type Listening, listeningWebhook } from './harness/listening-webhook.ts'
import { manage } from './harness/manage.ts'
import { isSigned, type Received, type Receiver } from './harness/receiver.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const DAY_MS = 86_400_000

let server: TestServer
let manager: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.0/8' } })
  manager = (await server.createKey({ scopes: ['keys:manage'] })).key
})
after(() => server.stop())

const listening = (t: TestContext): Promise<Listening> => listeningWebhook(t, { server, manager })

const rotate = (
  { id }: { id: string },
  body: object = {},
  headers: Record<string, string> = {},
): Promise<Response> => manage(server, manager, 'POST', `/v1/webhooks/${id}/rotate`, body, headers)

async function rotated(hook: { id: string }, ...wish: [object?, Record<string, string>?]) {
  const answer = await rotate(hook, ...wish)
  assert.equal(answer.status, 200, await answer.clone().text())
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  return WebhookWithSecret.strict().parse(await answer.json())
}

/** What a test event is signed by. */
async function delivered({
  receiver,
  hook,
}: {
  receiver: Receiver
  hook: { id: string }
}): Promise<Received> {
  assert.equal((await manage(server, manager, 'POST', `/v1/webhooks/${hook.id}/test`)).status, 200)
  return await receiver.next()
}

const hookOf = async ({ id }: { id: string }): Promise<Webhook> =>
  Webhook.strict().parse(await (await manage(server, manager, 'GET', `/v1/webhooks/${id}`)).json())

test('after a rotation deliveries carry the signatures of both secrets until the overlap ends', async (t) => {
  const { receiver, hook } = await listening(t)
  const { secret, rotation } = await rotated(hook)
  assert.ok(rotation !== null)
  assert.notEqual(secret, hook.secret)
  assert.equal(Date.parse(rotation.old_ends_at) - Date.parse(rotation.rotated_at), DAY_MS)
  const during = await delivered({ receiver, hook })
  assert.ok(isSigned(during, secret) && isSigned(during, hook.secret))
  assert.equal(String(during.headers['webhook-signature']).split(' ').length, 2)
  server.clock.advance(DAY_MS)
  const afterwards = await delivered({ receiver, hook })
  assert.ok(isSigned(afterwards, secret) && !isSigned(afterwards, hook.secret))
  assert.equal((await hookOf(hook)).rotation, null)
})

test('without an overlap the old secret signs nothing any more, and a second rotation replaces the first', async (t) => {
  const { receiver, hook } = await listening(t)
  const first = await rotated(hook, { overlap_seconds: 0 })
  assert.equal(first.rotation, null)
  const now = await delivered({ receiver, hook })
  assert.ok(isSigned(now, first.secret) && !isSigned(now, hook.secret))
  const second = await rotated(hook, { overlap_seconds: 60 })
  const later = await delivered({ receiver, hook })
  assert.ok(isSigned(later, second.secret) && isSigned(later, first.secret) && !isSigned(later, hook.secret))
})

test('a rotation that is asked for again by its Idempotency-Key gives the same secret, and is one event', async (t) => {
  const { receiver, hook } = await listening(t)
  const once = { 'idempotency-key': 'once' }
  const answers = await Promise.all([rotated(hook, {}, once), rotated(hook, {}, once)])
  const [{ secret }] = answers
  assert.equal(answers[1].secret, secret)
  assert.deepEqual(answers[1].rotation, answers[0].rotation)
  expectFlat(await answerOf(await rotate(hook, { overlap_seconds: 0 }, once)), 'CONFLICT')
  const delivery = await delivered({ receiver, hook })
  assert.ok(isSigned(delivery, secret) && isSigned(delivery, hook.secret), 'the first secret is not lost')
  const other = await rotated(hook, {}, { 'idempotency-key': 'another' })
  assert.notEqual(other.secret, secret)
  expectFlat(await answerOf(await rotate(hook, {}, once)), 'CONFLICT')
  const audit = await manage(server, manager, 'GET', `/v1/audit?action=webhook.rotated&target=${hook.id}`)
  const text = await audit.text()
  assert.equal(AuditList.parse(JSON.parse(text)).events.length, 2)
  assert.ok(!text.includes('whsec_'))
})

test('what is wrong with a wish for a rotation is named, and nothing is rotated', async (t) => {
  const { receiver, hook } = await listening(t)
  const wrong: [object, Record<string, string>, RegExp][] = [
    [{ overlap_seconds: -1 }, {}, /overlap_seconds/],
    [{ overlap_seconds: 1e9 }, {}, /overlap_seconds/],
    [{ overlap_seconds: '60' }, {}, /overlap_seconds/],
    [{ overlap: 60 }, {}, /overlap/],
    [{}, { 'idempotency-key': 'x'.repeat(256) }, /Idempotency-Key/],
  ]
  for (const [body, headers, named] of wrong)
    assert.match(expectFlat(await answerOf(await rotate(hook, body, headers)), 'VALIDATION_ERROR'), named)
  const delivery = await delivered({ receiver, hook })
  assert.ok(isSigned(delivery, hook.secret))
  assert.equal((await hookOf(hook)).rotation, null)
})

test('two rotations at once are one after the other: both answers hold secrets that sign', async (t) => {
  const { receiver, hook } = await listening(t)
  const [one, two] = await Promise.all([rotated(hook), rotated(hook)])
  const delivery = await delivered({ receiver, hook })
  assert.ok(isSigned(delivery, one.secret) && isSigned(delivery, two.secret))
})
