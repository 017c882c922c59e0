import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Delivery } from '@kugelaudio/contract'
import { createAllowAddress } from '../src/keys/webhooks/addresses.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { manage } from './harness/manage.ts'
import { Receiver } from './harness/receiver.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

/** Where names lead, as the test has it; each look takes the next answer, and the last one stays. */
const names = new Map<string, string[][]>()
let looks = 0
async function resolve(hostname: string): Promise<string[]> {
  looks++
  const answers = names.get(hostname) ?? []
  return (answers.length > 1 ? answers.shift() : answers[0]) ?? []
}

let server: TestServer
let manager: string
let receiver: Receiver
before(async () => {
  server = await startServer({ resolve })
  manager = (await server.createKey({ scopes: ['keys:manage'] })).key
  receiver = await Receiver.start()
})
after(async () => {
  receiver.stop()
  await server.stop()
})

const make = (url: string) => manage(server, manager, 'POST', '/v1/webhooks', { url })

/** Makes a webhook of a name, sends to it, and deletes it. */
async function sendTo(url: string): Promise<Delivery> {
  const made = await make(url)
  assert.equal(made.status, 201, url)
  const { id } = (await made.json()) as { id: string }
  const answer = await manage(server, manager, 'POST', `/v1/webhooks/${id}/test`)
  await manage(server, manager, 'DELETE', `/v1/webhooks/${id}`)
  return Delivery.strict().parse(await answer.json())
}

/** What is not the internet, in all the ways it can be written. */
const INSIDE = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a00:1]',
  '[::ffff:0:10.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b:1::10.0.0.1]',
  '[2002:a00:1::]',
  '[2001:0:a00:1::]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[100::1]',
  'localhost',
  'a.localhost',
  'localhost.',
]

test('no webhook is made for an address that is not on the internet, however it is written', async () => {
  for (const host of INSIDE) {
    const message = expectFlat(await answerOf(await make(`https://${host}/`)), 'VALIDATION_ERROR', host)
    assert.match(message, /^url: /, host)
  }
})

test('a webhook without TLS is refused', async () => {
  for (const url of ['http://example.com/', 'http://93.184.215.14/', `${receiver.url}/`])
    expectFlat(await answerOf(await make(url)), 'VALIDATION_ERROR', url)
})

test('nothing is sent to a name that leads inside, not even when it also leads elsewhere', async () => {
  const port = new URL(receiver.url).port
  for (const addresses of [
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['169.254.169.254'],
    ['93.184.215.14', '127.0.0.1'],
    ['fd00::1'],
    ['not an address'],
    [],
  ]) {
    names.set('inside.example', [addresses])
    const delivery = await sendTo(`https://inside.example:${port}/`)
    assert.equal(delivery.state, 'failed')
    assert.match(delivery.last_attempt?.error ?? '', /not one that webhooks may be sent to/)
    assert.equal(delivery.last_attempt?.status, null)
  }
  assert.equal(receiver.received.length, 0)
})

test('a name that leads elsewhere a moment later is looked up once, and only what was checked is called', async () => {
  const allowed = await startServer({
    resolve,
    environment: { KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.1' },
  })
  const { key } = await allowed.createKey({ scopes: ['keys:manage'] })
  const port = new URL(receiver.url).port
  // 127.0.0.1 is allowed and listens; 127.0.0.2, which the name leads to next, is not allowed.
  names.set('rebinding.example', [['127.0.0.1'], ['127.0.0.2']])
  const made = await manage(allowed, key, 'POST', '/v1/webhooks', {
    url: `https://rebinding.example:${port}/`,
  })
  const { id } = (await made.json()) as { id: string }
  const send = async () =>
    Delivery.parse(await (await manage(allowed, key, 'POST', `/v1/webhooks/${id}/test`)).json())
  looks = 0
  const first = await send()
  // It got as far as TLS with the checked address: the receiver speaks none.
  assert.match(first.last_attempt?.error ?? '', /could not be reached: (EPROTO|ECONNRESET|ERR_SSL)/)
  assert.equal(looks, 1)
  const second = await send()
  assert.match(second.last_attempt?.error ?? '', /not one that webhooks may be sent to/)
  assert.equal(looks, 2)
  await allowed.stop()
})

test('what the operator allows is reached, and without TLS only this machine', () => {
  const allow = createAllowAddress(['10.1.0.0/16', '127.0.0.0/8', '::1'])
  for (const [address, protocol, isAllowed] of [
    ['10.1.2.3', 'https:', true],
    ['10.1.2.3', 'http:', false],
    ['10.2.0.1', 'https:', false],
    ['::ffff:10.1.2.3', 'https:', true],
    ['127.0.0.1', 'http:', true],
    ['::1', 'http:', true],
    ['93.184.215.14', 'https:', true],
    ['93.184.215.14', 'http:', false],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', 'https:', true],
    ['fe80::1%eth0', 'https:', false],
  ] as const)
    assert.equal(allow(address, protocol), isAllowed, `${protocol} ${address}`)
})
