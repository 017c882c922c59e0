import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { NewKey } from '@kugelaudio/contract'
import { OPERATOR } from '../src/store/audit-log.ts'
import { eventsOf } from './harness/audit.ts'
import { FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { manage } from './harness/manage.ts'
import { accountOn } from './harness/plans.ts'
import { exchange, requestText } from './harness/raw-http.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

/** Long enough to be under way while something is changed. */
const LONG_TEXT = 'A sentence of some words. '.repeat(300)
const ANYONE = { accountId: null }

let direct: TestServer
/** Behind a proxy on this machine. */
let proxied: TestServer
before(async () => {
  direct = await startServer()
  proxied = await startServer({ environment: { KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } })
})
after(() => Promise.all([direct.stop(), proxied.stop()]))

const keyFrom = async (server: TestServer, ...ranges: string[]): Promise<string> =>
  (await server.createKey({ allowed_ips: ranges })).key

/** How a key is answered over HTTP and on a socket, with further header lines. */
async function statuses(
  server: TestServer,
  key: string,
  headerLines: string[] = [],
): Promise<(number | undefined)[]> {
  const lines = [`Authorization: Bearer ${key}`, ...headerLines]
  const http = await exchange(server.url, requestText('GET /v1/models HTTP/1.1', lines))
  const socket = await exchange(server.url, handshakeText('/ws/tts', lines))
  if (http?.status === 403) assert.equal(http.body, FORBIDDEN_BODY)
  if (socket?.status === 403) assert.equal(socket.body, FORBIDDEN_BODY)
  return [http?.status, socket?.status]
}

test('a key is taken from the addresses on its list and answered 403 from all others, HTTP and sockets alike', async () => {
  for (const range of ['127.0.0.1', '127.0.0.0/8', '0.0.0.0/0', '::ffff:127.0.0.1'])
    assert.deepEqual(await statuses(direct, await keyFrom(direct, range)), [200, 101], range)
  for (const range of ['203.0.113.0/24', '::1', '::/0', '127.0.0.2'])
    assert.deepEqual(await statuses(direct, await keyFrom(direct, range)), [403, 403], range)
})

test('headers that nobody trusted wrote do not move a caller onto a list', async () => {
  const key = await keyFrom(direct, '203.0.113.0/24')
  const invented = [
    'X-Forwarded-For: 203.0.113.7',
    'Forwarded: for=203.0.113.7',
    'X-Real-IP: 203.0.113.7',
    'X-Client-IP: 203.0.113.7',
    'CF-Connecting-IP: 203.0.113.7',
    'True-Client-IP: 203.0.113.7',
    'X-Forwarded-For: 127.0.0.1, 203.0.113.7',
  ]
  for (const line of invented) assert.deepEqual(await statuses(direct, key, [line]), [403, 403], line)
  assert.deepEqual(await statuses(direct, key, invented), [403, 403])
})

test('behind a trusted proxy the caller is who the proxy says, and nobody whom the caller says', async () => {
  const key = await keyFrom(proxied, '203.0.113.0/24')
  const cases: [lines: string[], status: [number, number]][] = [
    [['X-Forwarded-For: 203.0.113.7'], [200, 101]],
    [['X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.0.0.2'], [200, 101]],
    [
      ['X-Forwarded-For: 198.51.100.1', 'X-Forwarded-For: 203.0.113.7'],
      [200, 101],
    ],
    [['X-Forwarded-For: 203.0.113.7, 198.51.100.1'], [403, 403]],
    [
      ['X-Forwarded-For: 203.0.113.7', 'X-Forwarded-For: 198.51.100.1'],
      [403, 403],
    ],
    [['X-Forwarded-For: 203.0.113.7, garbage'], [403, 403]],
    [['X-Forwarded-For: garbage'], [403, 403]],
    [['Forwarded: for=203.0.113.7'], [403, 403]],
    [[], [403, 403]],
  ]
  for (const [lines, expected] of cases)
    assert.deepEqual(await statuses(proxied, key, lines), expected, lines.join('; '))
})

test('a key without a list is taken even where the caller is unknown', async () => {
  const { key } = await proxied.createKey()
  assert.deepEqual(await statuses(proxied, key, ['X-Forwarded-For: garbage']), [200, 101])
})

test('a changed list ends what runs from outside of it at once, spares the rest, and the receipt counts', async () => {
  const { id, key } = await proxied.createKey({ allowed_ips: ['203.0.113.0/24', '198.51.100.0/24'] })
  const from = (address: string) => ({ query: `?api_key=${key}`, headers: { 'x-forwarded-for': address } })
  const inside = await SpeakClient.open(proxied, from('203.0.113.7'))
  const outside = await SpeakClient.open(proxied, from('198.51.100.1'))
  const idle = await SpeakClient.open(proxied, from('198.51.100.2'))
  const http = await generate(
    proxied,
    key,
    { text: LONG_TEXT },
    { headers: { 'x-forwarded-for': '198.51.100.3' } },
  )
  for (const client of [inside, outside]) {
    client.send({ text: LONG_TEXT })
    await client.nextOf('audio')
  }
  const change: Pick<NewKey, 'allowed_ips'> = { allowed_ips: ['203.0.113.0/24'] }
  const { receipt } = await proxied.operator.keys.change(ANYONE, id, change, OPERATOR)
  assert.equal(receipt.streams_severed, 3)
  assert.equal((await outside.closed).code, 4003)
  assert.equal((await idle.closed).code, 4003)
  await assert.rejects(http.arrayBuffer())
  const answer = await inside.answer()
  assert.equal(answer.end.kind, 'final', 'who is on the list is not disturbed')
  await inside.close()
  assert.deepEqual(await statuses(proxied, key, ['X-Forwarded-For: 198.51.100.1']), [403, 403])
  const back = await proxied.operator.keys.change(ANYONE, id, { allowed_ips: null }, OPERATOR)
  assert.equal(back.receipt.streams_severed, 0)
  assert.deepEqual(await statuses(proxied, key, ['X-Forwarded-For: 198.51.100.1']), [200, 101])
})

test('the log says which address was refused', async () => {
  const { id, key } = await proxied.createKey({ allowed_ips: ['203.0.113.0/24'] })
  await statuses(proxied, key, ['X-Forwarded-For: 2001:DB8::0:7'])
  const events = await eventsOf(proxied, { action: 'access.refused', target: id })
  assert.deepEqual(
    events.map(({ address, details }) => [address, details['reason']]),
    [
      ['2001:db8::7', 'address'],
      ['2001:db8::7', 'address'],
    ],
  )
})

test('a list that no caller could be on is refused when it is set, and says which part is wrong', async () => {
  const { key } = await direct.createKey({ scopes: ['keys:manage'] })
  for (const range of [' 127.0.0.1', '127.0.0.1/33', 'localhost', '', '127.0.0.1-127.0.0.9']) {
    const answer = await manage(direct, key, 'POST', '/v1/api-keys', {
      name: 'x',
      allowed_ips: ['::1', range],
    })
    assert.equal(answer.status, 400, JSON.stringify(range))
    assert.match(await answer.text(), /allowed_ips\.1: must be an address or a CIDR range/)
  }
  const bare = await direct.createKey({ accountId: await accountOn(direct, 'free'), scopes: ['keys:manage'] })
  const answer = await manage(direct, bare.key, 'POST', '/v1/api-keys', { name: 'x', allowed_ips: ['::1'] })
  assert.equal(answer.status, 403, 'the free plan has no lists of addresses')
})
