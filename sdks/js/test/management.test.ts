import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import { KugelAudio } from '../src/index.ts'
import { Management, verifyReceipt } from '../src/management.ts'

let server: TestServer
let management: Management
before(async () => {
  server = await startServer()
  const { key } = await server.createKey({
    scopes: ['keys:manage', 'usage:read', 'tokens:create', 'speech:stream'],
  })
  management = new Management({ apiKey: key, apiUrl: server.url })
})
after(() => server.stop())

test('a key is made, listed, changed, rotated and revoked; the receipt proves it', async () => {
  const { keys } = management
  const made = await keys.create({
    name: 'Office',
    allowedIps: ['127.0.0.1'],
    limits: { requestsPerMinute: 60 },
  })
  assert.match(made.key, /^ka_/)
  assert.equal(made.limits.requestsPerMinute, 60)
  assert.ok((await keys.list({ q: 'Office' })).keys.some(({ id }) => id === made.id))
  assert.equal((await keys.update(made.id, { name: 'Desk' })).key.name, 'Desk')
  const rotated = await keys.rotate(made.id, { overlapSeconds: 0 })
  assert.notEqual(rotated.key, made.key)
  const { key, receipt } = await keys.revoke(made.id, { reason: 'gone' })
  assert.equal(key.revokedReason, 'gone')
  assert.deepEqual(await verifyReceipt(receipt, receipt.signed_by), { valid: true })
  const changed = { ...receipt, streams_severed: receipt.streams_severed + 1 }
  assert.equal((await verifyReceipt(changed, receipt.signed_by)).valid, false)
  assert.equal((await verifyReceipt(receipt, 'A'.repeat(43))).valid, false)
  const gone = new KugelAudio({ apiKey: rotated.key, apiUrl: server.url })
  await assert.rejects(gone.models.list(), { name: 'AuthenticationError' })
})

test('a token speaks, and no more once it is revoked', async () => {
  const { token, id } = await management.tokens.create({ singleUse: false, maxSessionSeconds: 60 })
  const page = new KugelAudio({ apiKey: token, apiUrl: server.url })
  assert.equal(page.isToken, true)
  assert.ok((await page.tts.generate({ text: 'Hello' })).samples > 0)
  const { receipt } = await management.tokens.revoke(id)
  assert.equal((await verifyReceipt(receipt, receipt.signed_by)).valid, true)
  await assert.rejects(page.tts.generate({ text: 'Hello' }))
})

test('usage, account and audit say what has happened', async () => {
  const report = await management.usage.get({ groupBy: ['day', 'model'] })
  assert.equal(typeof report.totals.audioSeconds, 'number')
  assert.match(await management.usage.csv({ groupBy: ['key'] }), /^key_id,key_name,/)
  assert.equal((await management.account.get()).used.streamsNow, 0)
  const actions: string[] = []
  for await (const event of management.audit.all({ limit: 2 })) actions.push(event.action)
  assert.ok(actions.length > 2 && actions.includes('key.revoked'), actions.join())
  const lines = (await management.audit.export()).trim().split('\n')
  assert.equal(JSON.parse(lines[0] ?? '').seq !== undefined, true)
})

test('a key without the scope is told so by a class of its own', async () => {
  const { key } = await server.createKey({ scopes: ['speech:stream'] })
  const failing = new Management({ apiKey: key, apiUrl: server.url }).keys.list()
  await assert.rejects(failing, { name: 'PermissionDeniedError', statusCode: 403 })
})
