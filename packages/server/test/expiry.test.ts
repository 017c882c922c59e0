import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readConfig } from '../src/config.ts'
import { MailSink } from './harness/mail-sink.ts'
import { manage } from './harness/manage.ts'
import { Receiver } from './harness/receiver.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const DAY_MS = 86_400_000

let server: TestServer
let manager: string
let receiver: Receiver
let sink: MailSink
before(async () => {
  sink = await MailSink.start()
  receiver = await Receiver.start()
  server = await startServer({
    environment: {
      KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.1',
      KUGELAUDIO_SMTP_URL: sink.url,
      KUGELAUDIO_MAIL_FROM: 'keys@example.com',
    },
  })
  manager = (await server.createKey({ scopes: ['keys:manage'] })).key
  const events = ['key.expiring', 'key.expired']
  await manage(server, manager, 'POST', '/v1/webhooks', { url: receiver.url, events })
})
after(async () => {
  await server.stop()
  receiver.stop()
  sink.stop()
})

/** Looks for keys that end, sends what is to be sent, and waits until nothing of it is left. */
async function watch(): Promise<void> {
  const { query } = server.operator.store
  // What a round writes down is mailed by the next.
  await server.clock.round(45_000)
  for (;;) {
    await server.clock.round(45_000)
    server.clock.fire(500)
    const pending = await query
      .selectFrom('webhook_delivery')
      .select('id')
      .where('state', '=', 'pending')
      .execute()
    const mails = await query
      .selectFrom('key_notice')
      .select('kind')
      .where('mail_next_at', '<=', server.clock.nowMs())
      .execute()
    if (pending.length + mails.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What has been told of a key so far: type and days. */
const toldOf = (id: string): [string, number][] =>
  receiver.received
    .map(({ body }) => JSON.parse(body))
    .filter(({ data }) => data.key.id === id)
    .map(({ type, data }) => [type, data.expires_in_days])

const mailsOf = (name: string) => sink.mails.filter(({ text }) => text.includes(name))

test('a key that ends is told of 30, 7 and 1 days ahead and when it has ended, once each, by webhook and by mail', async () => {
  const key = await server.createKey({
    name: 'ends-in-forty',
    expiresAtMs: server.clock.nowMs() + 40 * DAY_MS,
  })
  await watch()
  assert.deepEqual(toldOf(key.id), [])
  const told: [string, number][] = []
  for (const [waitMs, type, days] of [
    [10 * DAY_MS, 'key.expiring', 30],
    [23 * DAY_MS, 'key.expiring', 7],
    [6 * DAY_MS, 'key.expiring', 1],
    [DAY_MS, 'key.expired', 0],
  ] as const) {
    server.clock.advance(waitMs)
    told.push([type, days])
    for (let again = 0; again < 2; again++) {
      await watch()
      assert.deepEqual(toldOf(key.id), told)
      while (mailsOf('ends-in-forty').length < told.length)
        await new Promise((resolve) => setTimeout(resolve, 10))
      assert.equal(mailsOf('ends-in-forty').length, told.length)
    }
  }
  const [first] = mailsOf('ends-in-forty')
  assert.deepEqual(first?.to, ['owner@example.com'])
  assert.match(first.text, /^From: keys@example.com$/m)
  assert.match(first.text, /^Subject: .*ends-in-forty/m)
  assert.match(first.text, /expires at \d{4}-\d\d-\d\d/)
  assert.match(mailsOf('ends-in-forty').at(-1)?.text ?? '', /expired at/)
  for (const { text } of sink.mails) assert.ok(!text.includes(key.key.slice(3)))
})

test('a list shows which keys are about to end', async () => {
  const soon = await server.createKey({ expiresAtMs: server.clock.nowMs() + 29 * DAY_MS })
  const later = await server.createKey({ expiresAtMs: server.clock.nowMs() + 31 * DAY_MS })
  const listed = await manage(server, manager, 'GET', '/v1/api-keys?state=expiring&limit=500')
  const ids = ((await listed.json()) as { keys: { id: string }[] }).keys.map(({ id }) => id)
  assert.ok(ids.includes(soon.id) && !ids.includes(later.id))
})

test('a key that was made to last days is told of once, by what is most urgent', async () => {
  const key = await server.createKey({ expiresAtMs: server.clock.nowMs() + 3 * DAY_MS })
  await watch()
  assert.deepEqual(toldOf(key.id), [['key.expiring', 3]])
})

test('a clock that jumps ahead tells of the end alone, and one that jumps back tells nothing again', async () => {
  const key = await server.createKey({ expiresAtMs: server.clock.nowMs() + 100 * DAY_MS })
  server.clock.advance(101 * DAY_MS)
  await watch()
  assert.deepEqual(toldOf(key.id), [['key.expired', 0]])
  for (const backMs of [2 * DAY_MS, 5 * DAY_MS, 20 * DAY_MS]) {
    server.clock.advance(-backMs)
    await watch()
  }
  assert.deepEqual(toldOf(key.id), [['key.expired', 0]])
})

test('a key that gets another end is told of again, and one that loses it or is revoked is not', async () => {
  const renewed = await server.createKey({ expiresAtMs: server.clock.nowMs() + 20 * DAY_MS })
  const freed = await server.createKey({ expiresAtMs: server.clock.nowMs() + 20 * DAY_MS })
  const ended = await server.createKey({ expiresAtMs: server.clock.nowMs() + 20 * DAY_MS })
  await watch()
  const change = (id: string, expiresAtMs: number | null) =>
    manage(server, manager, 'PATCH', `/v1/api-keys/${id}`, {
      expires_at: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
    })
  await change(renewed.id, server.clock.nowMs() + 35 * DAY_MS)
  await change(freed.id, null)
  await server.revokeKey(ended.id)
  server.clock.advance(16 * DAY_MS)
  await watch()
  assert.deepEqual(toldOf(renewed.id), [
    ['key.expiring', 20],
    ['key.expiring', 19],
  ])
  assert.deepEqual(toldOf(freed.id), [['key.expiring', 20]])
  assert.deepEqual(toldOf(ended.id), [['key.expiring', 20]])
})

test('many keys that end at once are told of, each once', async () => {
  const expiresAtMs = server.clock.nowMs() + 25 * DAY_MS
  const keys = []
  for (let made = 0; made < 130; made++) keys.push(await server.createKey({ expiresAtMs }))
  await watch()
  for (const { id } of keys) assert.deepEqual(toldOf(id), [['key.expiring', 25]])
})

test('a mail server that is busy gets the mail later, once', async () => {
  sink.isBusy = true
  await server.createKey({ name: 'busy-mail', expiresAtMs: server.clock.nowMs() + 20 * DAY_MS })
  await watch()
  assert.equal(mailsOf('busy-mail').length, 0)
  sink.isBusy = false
  server.clock.advance(60_000)
  await watch()
  while (mailsOf('busy-mail').length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  server.clock.advance(600_000)
  await watch()
  assert.equal(mailsOf('busy-mail').length, 1)
})

test('without a mail server nothing is mailed, and a mail server without a sender stops the start', () => {
  assert.equal(readConfig({}).config.smtpUrl, null)
  const url = 'smtps://user:hunter2@mail.example.com'
  assert.throws(() => readConfig({ KUGELAUDIO_SMTP_URL: url }), /KUGELAUDIO_MAIL_FROM/)
  const { settings } = readConfig({ KUGELAUDIO_SMTP_URL: url, KUGELAUDIO_MAIL_FROM: 'keys@example.com' })
  assert.ok(!JSON.stringify(settings).includes('hunter2'))
  for (const wrong of ['http://mail.example.com', 'mail.example.com', ''])
    if (wrong !== '')
      assert.throws(
        () => readConfig({ KUGELAUDIO_SMTP_URL: wrong, KUGELAUDIO_MAIL_FROM: 'a@b' }),
        /must be an smtp/,
      )
})
