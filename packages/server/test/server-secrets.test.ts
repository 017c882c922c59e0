import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { KeyWithSecret, Receipt, WebhookWithSecret } from '@kugelaudio/contract'
import { manage } from './harness/manage.ts'
import { Machine, type Served } from './harness/processes.ts'
import { isSigned, Receiver } from './harness/receiver.ts'

const FIRST = 'the first secret of this server, long enough'
const SECOND = 'the second secret of this server, long enough'
const IDEMPOTENT = { 'idempotency-key': 'once' }

let machine: Machine
let receiver: Receiver
let served: Served
let manager: string
let hook: WebhookWithSecret
let rotated: KeyWithSecret
let receiptPath: string

before(async () => {
  machine = await Machine.open({ KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.0/8' })
  receiver = await Receiver.start()
  served = await machine.serve({ KUGELAUDIO_SECRET: FIRST })
  const environment = { environment: { KUGELAUDIO_SECRET: FIRST } }
  manager = (await machine.createKey('manager', ['--scopes', 'keys:manage'])).key
  hook = await answerOf(await manage(served, manager, 'POST', '/v1/webhooks', { url: receiver.url }))
  rotated = await rotate((await machine.createKey('rotated')).id)
  const { id } = await machine.createKey('ended')
  const receipt = await machine.json<Receipt>(['key', 'revoke', id], environment)
  receiptPath = join(machine.dataDir, 'receipt.json')
  await writeFile(receiptPath, JSON.stringify(receipt))
  await untilTold(id)
})
after(async () => {
  receiver.stop()
  await machine[Symbol.asyncDispose]()
})

async function answerOf<Value>(response: Response): Promise<Value> {
  assert.ok(response.ok, await response.clone().text())
  return (await response.json()) as Value
}

const rotate = async (keyId: string): Promise<KeyWithSecret> =>
  answerOf(await manage(served, manager, 'POST', `/v1/api-keys/${keyId}/rotate`, {}, IDEMPOTENT))

/** Takes deliveries until the one about the end of a key, each signed by the secret that the receiver has. */
async function untilTold(keyId: string): Promise<void> {
  for (;;) {
    const delivery = await receiver.next()
    assert.ok(isSigned(delivery, hook.secret), 'signed by the secret that was handed out')
    const { type, data } = JSON.parse(delivery.body)
    if (type === 'key.revoked' && data.key.id === keyId) return
  }
}

async function revokeOne(environment: Record<string, string>): Promise<{ id: string; receipt: Receipt }> {
  const { id } = await machine.createKey('another')
  return { id, receipt: await machine.json<Receipt>(['key', 'revoke', id], { environment }) }
}

async function restartWith(environment: Record<string, string>): Promise<void> {
  await served.stop()
  served = await machine.serve(environment)
}

const verify = (environment: Record<string, string>) =>
  machine.run(['receipt', 'verify', receiptPath, '--json'], { environment })

const doctorsWord = (environment: Record<string, string>) =>
  machine.doctorsWord('secrets of webhooks', environment)

test('without its earlier secret a server knows nothing of what it made, and doctor says what to do', async () => {
  assert.equal((await verify({ KUGELAUDIO_SECRET: SECOND })).code, 1)
  const { ok, found } = await doctorsWord({ KUGELAUDIO_SECRET: SECOND })
  assert.equal(ok, false)
  assert.match(found, /^1 were made under another KUGELAUDIO_SECRET: name it in KUGELAUDIO_SECRET_PREVIOUS/)
})

test('with its earlier secret named, everything that was made under it goes on', async () => {
  const both = { KUGELAUDIO_SECRET: SECOND, KUGELAUDIO_SECRET_PREVIOUS: FIRST }
  assert.match((await doctorsWord(both)).found, /^1 readable, 1 of them by KUGELAUDIO_SECRET_PREVIOUS/)
  await restartWith(both)
  assert.deepEqual(JSON.parse((await verify(both)).stdout), { valid: true })
  assert.equal((await rotate(rotated.id)).key, rotated.key, 'a rotation that is asked for again')
  const { id, receipt } = await revokeOne(both)
  assert.notEqual(receipt.signed_by, JSON.parse(await readFile(receiptPath, 'utf8')).signed_by)
  await untilTold(id)
})

test('a restart has sealed webhooks under the new secret, so the earlier one may go', async () => {
  const second = { KUGELAUDIO_SECRET: SECOND }
  await restartWith(second)
  assert.deepEqual(await doctorsWord(second), {
    name: 'secrets of webhooks',
    ok: true,
    found: 'all 1 readable',
  })
  const { id } = await revokeOne(second)
  await untilTold(id)
  assert.equal((await verify(second)).code, 1, 'receipts of the earlier secret are another server’s now')
})

test('no secret of the server has been printed', () => {
  for (const secret of [FIRST, SECOND]) assert.ok(!machine.printed.join('').includes(secret))
})
