import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { KEYS_PER_IMPORT_MAX, KeysImported, type KeyWithSecret, SCOPES } from '@kugelaudio/contract'
import { mintKeyText } from '@kugelaudio/keycore'
import { OPERATOR } from '../src/store/audit-log.ts'
import { eventsOf } from './harness/audit.ts'
import { answerOf, expectFlat, expectUnauthorized } from './harness/expect-failure.ts'
import { manage } from './harness/manage.ts'
import { accountOn } from './harness/plans.ts'
import { Machine } from './harness/processes.ts'
import { exchange, requestText } from './harness/raw-http.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { ofRequests } from './harness/statements.ts'
import { storedBytes } from './harness/stored.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const ANYONE = { accountId: null }

let server: TestServer
let manager: KeyWithSecret
const statements: string[] = []
before(async () => {
  server = await startServer({
    abuseLimits: { activeKeys: 3_000 },
    sawStatement: ofRequests(statements),
  })
  manager = await server.createKey({ scopes: [...SCOPES] })
})
after(() => server.stop())

const foreignText = (prefix = 'sk_'): string =>
  prefix + randomBytes(24).toString('base64url').replaceAll(/[^\w]/g, '0')
const sha256 = (text: string): string => hash('sha256', text, 'hex')

const bringIn = (body: unknown, key = manager.key): Promise<Response> =>
  manage(server, key, 'POST', '/v1/api-keys/import', body)

async function imported(body: unknown): Promise<ReturnType<typeof KeysImported.parse>['keys']> {
  const answer = await bringIn(body)
  assert.equal(answer.status, 201, await answer.clone().text())
  return KeysImported.strict().parse(await answer.json()).keys
}

const statusOf = async (text: string): Promise<number> =>
  (await fetch(`${server.url}/v1/models`, { headers: { 'x-api-key': text } })).status

test('a key that was made elsewhere works from the answer on, by its text or by its SHA-256', async () => {
  const [byText, byHash] = [foreignText(), foreignText()]
  assert.deepEqual([await statusOf(byText), await statusOf(byHash)], [401, 401])
  const keys = await imported({
    prefixes: ['sk_'],
    keys: [
      { name: 'by text', key: byText, environment: 'staging', scopes: ['speech:stream'] },
      { name: 'by hash', sha256: sha256(byHash).toUpperCase() },
    ],
  })
  assert.deepEqual([await statusOf(byText), await statusOf(byHash)], [200, 200])
  assert.deepEqual(
    keys.map(({ name, hint, environment, scopes }) => [name, hint, environment, scopes.length]),
    [
      ['by text', `sk_…${byText.slice(-4)}`, 'staging', 1],
      ['by hash', `sha256 …${sha256(byHash).slice(-4)}`, 'production', SCOPES.length - 1],
    ],
  )
  const client = await SpeakClient.open(server, byText)
  assert.equal((await client.speak('One')).end.kind, 'final')
  await client.close()
})

test('it is a key like any other: scopes, addresses and its end count, it is changed, rotated and revoked', async () => {
  const [text, narrow] = [foreignText(), foreignText()]
  const ends = new Date(server.clock.nowMs() + 60_000).toISOString()
  const [key] = await imported({
    prefixes: ['sk_'],
    keys: [
      { name: 'like any other', key: text, scopes: ['usage:read'], expires_at: ends },
      { name: 'narrow', key: narrow, allowed_ips: ['203.0.113.0/24'] },
    ],
  })
  assert.ok(key)
  assert.equal((await manage(server, text, 'POST', '/v1/tts/generate', { text: 'a' })).status, 403)
  assert.equal(await statusOf(narrow), 403)
  const change = await manage(server, manager.key, 'PATCH', `/v1/api-keys/${key.id}`, {
    scopes: ['speech:generate'],
  })
  assert.equal(change.status, 200)
  assert.equal((await manage(server, text, 'POST', '/v1/tts/generate', { text: 'a' })).status, 200)
  const rotated = await server.operator.keys.rotate(
    ANYONE,
    key.id,
    { overlapSeconds: 30, idempotencyKey: null },
    OPERATOR,
  )
  assert.match(rotated.key, /^ka_/)
  assert.deepEqual([await statusOf(text), await statusOf(rotated.key)], [200, 200])
  server.clock.advance(30_000)
  assert.deepEqual([await statusOf(text), await statusOf(rotated.key)], [401, 200])
  server.clock.advance(30_000)
  assert.equal(await statusOf(rotated.key), 401)
  const [other] = await imported({ keys: [{ name: 'to end', key: foreignText() }], prefixes: ['sk_'] })
  assert.equal((await server.revokeKey(other?.id ?? '')).change, 'key.revoked')
})

test('a text is hashed at once and kept nowhere: not in the database, the log, the answer or the audit log', async () => {
  const text = foreignText()
  const answer = await bringIn({ prefixes: ['sk_'], keys: [{ name: 'secret', key: text }] })
  assert.ok(!(await answer.text()).includes(text))
  await statusOf(text)
  await statusOf(`${text}x`)
  await server.serving.flush()
  assert.ok(!(await storedBytes(server)).includes(text), 'the text is in the database')
  assert.ok(!server.logged.join('').includes(text))
  assert.ok(!JSON.stringify(await eventsOf(server)).includes(text))
})

test('every imported key has its event, and does not count as made', async () => {
  const keys = await imported({
    keys: [1, 2, 3].map((n) => ({ name: `${n}`, sha256: sha256(foreignText()) })),
  })
  const events = (await eventsOf(server, { action: 'key.imported' })).slice(-3)
  assert.deepEqual(
    events.map(({ actor, target, details }) => [actor, target, details]),
    keys.map(({ id, name }) => [`key:${manager.id}`, id, { name }]),
  )
})

/** Imports that must change nothing, and what they are told. `good` could be imported. */
const good = () => ({ name: 'good', sha256: sha256(foreignText()) })
const WRONG: Record<string, { body: () => unknown; code: 'VALIDATION_ERROR' | 'CONFLICT'; says: RegExp }> = {
  'neither text nor hash': {
    body: () => ({ keys: [good(), { name: 'x' }] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.1: needs either key or sha256$/,
  },
  'text and hash': {
    body: () => ({ keys: [{ ...good(), key: foreignText() }], prefixes: ['sk_'] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.0: needs either key or sha256$/,
  },
  'no name': {
    body: () => ({ keys: [good(), { sha256: sha256('x') }] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.1\.name: is required/,
  },
  'no hash': {
    body: () => ({ keys: [{ name: 'x', sha256: 'abc' }] }),
    code: 'VALIDATION_ERROR',
    says: /64 hexadecimal digits/,
  },
  'an end that is past': {
    body: () => ({ keys: [good(), { ...good(), expires_at: '2020-01-01T00:00:00Z' }] }),
    code: 'VALIDATION_ERROR',
    says: /expires_at/,
  },
  'a text with a space': {
    body: () => ({ keys: [{ name: 'x', key: 'sk_aaaaaaaaaaaaaaaa a' }], prefixes: ['sk_'] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.0\.key: must have 16 to 512 printable/,
  },
  'a text that is short': {
    body: () => ({ keys: [{ name: 'x', key: 'sk_aaaaaaaaaaaa' }], prefixes: ['sk_'] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.0\.key: must have 16/,
  },
  'a text behind no prefix': {
    body: () => ({ keys: [good(), { name: 'x', key: foreignText('pk_') }], prefixes: ['sk_'] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.1: begin with none of the prefixes/,
  },
  'a prefix that leaves nothing secret': {
    body: () => ({ keys: [good(), { name: 'x', key: 'sk_0123456789abcdef' }], prefixes: ['sk_01234567'] }),
    code: 'VALIDATION_ERROR',
    says: /^keys\.1: .* fewer than 12 characters after it; nothing was imported$/,
  },
  'a prefix that is a region': {
    body: () => ({ keys: [good()], prefixes: ['eu-sk_'] }),
    code: 'VALIDATION_ERROR',
    says: /^prefixes\.0: must not begin with a region/,
  },
  'a prefix of our tokens': {
    body: () => ({ keys: [good()], prefixes: ['kt_x'] }),
    code: 'VALIDATION_ERROR',
    says: /^prefixes\.0: must not begin like a token/,
  },
  'one key twice': {
    body: () => {
      const twice = good()
      return { keys: [good(), twice, good(), twice] }
    },
    code: 'CONFLICT',
    says: /^keys\.3: are here already, or twice in this call; nothing was imported$/,
  },
  'a key that is here': {
    body: () => ({ keys: [good(), { name: 'x', sha256: sha256(manager.key) }] }),
    code: 'CONFLICT',
    says: /^keys\.1: are here already/,
  },
  'more than a thousand': {
    body: () => ({ keys: Array.from({ length: KEYS_PER_IMPORT_MAX + 1 }, good) }),
    code: 'VALIDATION_ERROR',
    says: /^keys: /,
  },
}
for (const [what, { body, code, says }] of Object.entries(WRONG)) {
  test(`nothing is imported where there is ${what}`, async () => {
    const before = await server.operator.keys.list({ ...ALL_KEYS })
    const message = expectFlat(await answerOf(await bringIn(body())), code)
    assert.match(message, says)
    assert.equal((await server.operator.keys.list({ ...ALL_KEYS })).total, before.total)
  })
}
const ALL_KEYS = { accountId: null, state: null, environment: null, text: null, limit: 1, offset: 0 }

test('a key that another account has, or that was revoked, cannot be brought in again', async () => {
  const foreign = await server.createKey({ accountId: await accountOn(server, 'free') })
  const revoked = await server.createKey()
  await server.revokeKey(revoked.id)
  for (const { key } of [foreign, revoked])
    expectFlat(await answerOf(await bringIn({ keys: [{ name: 'x', sha256: sha256(key) }] })), 'CONFLICT')
  assert.equal(await statusOf(revoked.key), 401)
})

test('of two imports of the same keys at the same time one succeeds', async () => {
  const body = { keys: Array.from({ length: 50 }, good) }
  const answers = await Promise.all([1, 2, 3].map(() => bringIn(body)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409])
})

test('a thousand keys are one call; the number of keys that an account may have holds for them too', async () => {
  const accountId = await accountOn(server, 'enterprise')
  const { key } = await server.createKey({ accountId, scopes: ['keys:manage'] })
  const thousand = () => ({ keys: Array.from({ length: KEYS_PER_IMPORT_MAX }, good) })
  for (let i = 0; i < 2; i++) assert.equal((await bringIn(thousand(), key)).status, 201)
  assert.match(expectFlat(await answerOf(await bringIn(thousand(), key)), 'CONFLICT'), /may have 3000 keys/)
  assert.equal((await server.operator.keys.list({ ...ALL_KEYS, accountId })).total, 2_001)
  assert.equal((await server.operator.audit.verify(null)).intact, true)
})

test('what the plan does not include cannot be had by importing it', async () => {
  const accountId = await accountOn(server, 'free')
  const { key } = await server.createKey({ accountId, scopes: ['keys:manage'] })
  assert.equal((await bringIn({ keys: [{ ...good(), allowed_ips: ['203.0.113.0/24'] }] }, key)).status, 403)
  assert.equal((await bringIn({ keys: [good()] }, key)).status, 201)
})

test('texts of other shapes are looked up only behind a prefix that was declared, on every other server never', async () => {
  const fresh = await startServer({ sawStatement: ofRequests(statements) })
  // Refusals are written down in their own time: what a request asks by itself is the least of some tries.
  const lookups = async (text: string): Promise<number> => {
    const asked: number[] = []
    while (asked.length < 3) {
      statements.length = 0
      const line = `Authorization: Bearer ${text}`
      expectUnauthorized(await exchange(fresh.url, requestText('GET /v1/models HTTP/1.1', [line])))
      asked.push(statements.length)
    }
    return Math.min(...asked)
  }
  try {
    await lookups('sk_0123456789abcdef')
    assert.equal(await lookups('sk_0123456789abcdef'), 0, 'nothing was ever imported')
    const keys = [{ name: 'x', key: 'sk_live_0123456789abcdef' }]
    const [key] = await fresh.operator.importKeys(
      fresh.account.account_id,
      { keys, prefixes: ['sk_live_'] },
      OPERATOR,
    )
    // What another process has brought in is known with the next request.
    const works = () =>
      fetch(`${fresh.url}/v1/models`, { headers: { 'x-api-key': 'sk_live_0123456789abcdef' } })
    assert.equal((await works()).status, 200)
    assert.equal(await lookups('sk_live_ffffffffffffffff'), 1)
    for (const text of [
      'sk_test_0123456789abcdef',
      'sk_live_012345',
      `sk_live_${'x'.repeat(600)}`,
      'ka_guess',
      `ka_${'a'.repeat(46)}`,
    ])
      assert.equal(await lookups(text), 0, text.slice(0, 20))
    await fresh.revokeKey(key?.id ?? '')
    assert.equal((await works()).status, 401)
    await lookups('sk_live_ffffffffffffffff')
    assert.equal(await lookups('sk_live_ffffffffffffffff'), 0, 'the last imported key is revoked')
  } finally {
    await fresh.stop()
  }
})

test('keys of the hosted service, which begin like ours, and keys without a prefix work too', async () => {
  const [hosted, bare] = ['ka_hosted_0123456789abcdef', randomBytes(16).toString('hex')]
  await imported({ prefixes: ['ka_hosted_'], keys: [{ name: 'hosted', key: hosted }] })
  const accountId = await accountOn(server, 'enterprise')
  const { key } = await server.createKey({ accountId, scopes: ['keys:manage'] })
  assert.equal((await bringIn({ prefixes: [''], keys: [{ name: 'bare', key: bare }] }, key)).status, 201)
  assert.deepEqual(
    [await statusOf(hosted), await statusOf(`eu-${hosted}`), await statusOf(bare)],
    [200, 200, 200],
  )
  const ours = mintKeyText(randomBytes)
  await imported({ keys: [{ name: 'like ours', key: ours }] })
  assert.equal(await statusOf(ours), 200, 'our own shape needs no prefix')
})

test('a leaked foreign key dies of its report', async () => {
  const text = foreignText()
  await imported({ prefixes: ['sk_'], keys: [{ name: 'leaked', key: text }] })
  const answer = await fetch(`${server.url}/v1/leaks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: text }),
  })
  assert.equal(answer.status, 202)
  assert.equal(await statusOf(text), 401)
})

test('the command line brings in long files a thousand lines at a time, and says where to go on', async () => {
  await using machine = await Machine.open()
  await machine.createKey('first')
  const served = await machine.serve()
  const texts = Array.from({ length: 2_500 }, () => foreignText())
  const lineOf = (text: string, at: number) =>
    JSON.stringify(at % 2 === 0 ? { name: `${at}`, key: text } : { name: `${at}`, sha256: sha256(text) })
  const file = join(machine.dataDir, 'keys.jsonl')
  const write = (lines: string[]): void => writeFileSync(file, `${lines.join('\n')}\n`)
  const words = ['key', 'import', '--account', 'ada@example.com', '--file', file, '--prefix', 'sk_']
  const lines = texts.map(lineOf)

  write(lines.with(2_200, '{"name":"x","key":"short"}'))
  const unreadable = await machine.run(words)
  assert.deepEqual([unreadable.code, unreadable.stdout], [1, ''])
  assert.match(unreadable.stderr, /^line 2201: key: must have 16/)
  assert.equal(
    (await machine.json<{ total: number }>(['key', 'list'])).total,
    1,
    'a line that cannot be read stops all',
  )

  write(lines.with(1_700, lines[5] ?? ''))
  const twice = await machine.run(words)
  assert.equal(twice.code, 1)
  assert.match(twice.stderr, /1000 of 2500 keys imported/)
  assert.match(twice.stderr, /line 1701: are here already.*go on with --from-line 1001/s)

  write(lines)
  const rest = await machine.run([...words, '--from-line', '1001', '--json'])
  assert.deepEqual([rest.code, JSON.parse(rest.stdout)], [0, { imported: 1_500 }])
  assert.equal((await machine.json<{ total: number }>(['key', 'list'])).total, 2_501)
  for (const at of [0, 1, 999, 1_000, 2_499]) {
    const headers = { 'x-api-key': texts[at] ?? '' }
    assert.equal((await fetch(`${served.url}/v1/models`, { headers })).status, 200, `line ${at + 1}`)
  }
  const printed = machine.printed.join('')
  assert.ok(
    texts.every((text) => !printed.includes(text)),
    'a key was printed',
  )
  for (const wrong of [
    ['--from-line', '0'],
    ['--prefix', 'has space'],
    ['--file', '/nonexistent'],
  ])
    assert.equal((await machine.run([...words, ...wrong])).code, 1, wrong.join(' '))
})
