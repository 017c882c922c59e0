import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { GithubFeedback, type KeyWithSecret } from '@kugelaudio/contract'
import { mintKeyText } from '@kugelaudio/keycore'
import { createGithubKeys } from '../src/adapters/github-keys.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import { ManualClock } from './engines/manual-clock.ts'
import { eventOf, eventsOf } from './harness/audit.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { mintToken } from './harness/manage.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const ANYONE = { accountId: null }

/** The example of GitHub's documentation: its test key, its payload and its signature. */
const EXAMPLE = {
  identifier: 'f9525bf080f75b3506ca1ead061add62b8633a346606dc5fe544e29231c6ee0d',
  key: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsz9ugWDj5jK5ELBK42ynytbo38gP
HzZFI03Exwz8Lh/tCfL3YxwMdLjB+bMznsanlhK0RwcGP3IDb34kQDIo3Q==
-----END PUBLIC KEY-----`,
  payload: '[{"token":"some_token","type":"some_type","url":"some_url","source":"some_source"}]',
  signature:
    'MEUCIFLZzeK++IhS+y276SRk2Pe5LfDrfvTXu6iwKKcFGCrvAiEAhHN2kDOhy2I6eGkOFmxNkOJ+L2y8oQ9A2T9GGJo6WJY=',
}

/** Where GitHub's public keys are, as far as the server knows. */
class FakeGithub {
  readonly #server: Server
  asked = 0
  answer: () => { status: number; body: string } = () => ({ status: 200, body: '{}' })
  readonly pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(): Promise<FakeGithub> {
    const server = createServer((_, response) => {
      github.asked++
      const { status, body } = github.answer()
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    }).listen(0, '127.0.0.1')
    const github = new FakeGithub(server)
    await once(server, 'listening')
    return github
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`
  }

  /** Answers with its own key and that of the documentation. */
  heal(more: { key_identifier: string; key: string }[] = []): void {
    const own = { key_identifier: 'own', key: pemOf(this.pair.publicKey), is_current: true }
    const documented = { key_identifier: EXAMPLE.identifier, key: EXAMPLE.key, is_current: false }
    this.answer = () => ({ status: 200, body: JSON.stringify({ public_keys: [own, documented, ...more] }) })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

let server: TestServer
let github: FakeGithub
const statements: string[] = []
before(async () => {
  github = await FakeGithub.open()
  github.heal()
  server = await startServer({
    environment: { KUGELAUDIO_GITHUB_KEYS_URL: github.url },
    abuseLimits: { leakReportsPerMinute: 1_000 },
    sawStatement: (sql) => void statements.push(sql),
  })
})
beforeEach(() => github.heal())
after(async () => {
  await server.stop()
  await github.close()
})

const report = (body: unknown, to = server): Promise<Response> =>
  fetch(`${to.url}/v1/leaks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function reported(body: unknown): Promise<string> {
  const answer = await report(body)
  assert.equal(answer.status, 202)
  return await answer.text()
}

const statusOf = async (key: string): Promise<number> =>
  (await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

test('a reported key is dead when the answer is there, and so are its streams; the reason is kept', async () => {
  const { id, key } = await server.createKey()
  const client = await SpeakClient.open(server, key)
  client.send({ text: 'A sentence of some words. '.repeat(200) })
  await client.nextOf('audio')
  assert.equal(await reported({ key }), '{"received":1}')
  assert.equal(await statusOf(key), 401)
  assert.equal((await client.closed).code, 4001)
  const { state, revoked_reason } = await server.operator.keys.get(ANYONE, id)
  assert.deepEqual([state, revoked_reason], ['revoked', 'leaked: reported by anyone'])
  const event = await eventOf(server, 'key.leaked', { target: id })
  assert.deepEqual(
    [event.actor, event.account_id, event.address],
    ['anyone', server.account.account_id, '127.0.0.1'],
  )
  const line = server.logged.find((text) => text.includes('a leaked key was revoked') && text.includes(id))
  assert.ok(line, 'the receipt is in the log')
  assert.equal(JSON.parse(line).receipt.streams_severed, 1)
  assert.ok(!server.logged.join('').includes(key))
})

test('a reported token is dead with what it has opened, and its key goes on', async () => {
  const { id, key } = await server.createKey()
  const { token, id: tokenId } = await mintToken(server, key, { single_use: false })
  const [byToken, byKey] = [await SpeakClient.open(server, token), await SpeakClient.open(server, key)]
  for (const client of [byToken, byKey]) client.send({ text: 'A sentence of some words. '.repeat(200) })
  await Promise.all([byToken.nextOf('audio'), byKey.nextOf('audio')])
  assert.equal(await reported({ key: token }), '{"received":1}')
  assert.equal(await statusOf(token), 401)
  assert.equal((await byToken.closed).code, 4001)
  assert.equal(await statusOf(key), 200)
  assert.ok((await byKey.answer()).final.total_samples > 0)
  byKey.close()
  assert.equal((await server.operator.keys.get(ANYONE, id)).state, 'active')
  const event = await eventOf(server, 'token.leaked', { target: tokenId })
  assert.deepEqual(event.details, { key_id: id, reason: 'leaked: reported by anyone' })
  const line = server.logged.find((text) => text.includes('a leaked token was ended'))
  assert.equal(JSON.parse(line ?? '{}').receipt.streams_severed, 1)
  await reported({ key: token })
  await eventOf(server, 'token.leaked', { target: tokenId })
})

test('several keys at once, with regions and spaces before them, each once', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => server.createKey()))
  const [a, b, c] = keys.map(({ key }) => key)
  assert.equal(await reported({ keys: [a, `eu-${b}`, ` ${c}\n`, a, 'nonsense'] }), '{"received":5}')
  for (const key of [a, b, c]) assert.equal(await statusOf(key ?? ''), 401)
  for (const { id } of keys) await eventOf(server, 'key.leaked', { target: id })
})

/** Texts that may be reported, real ones and others. */
const TEXTS: Record<string, () => Promise<string>> = {
  nonsense: async () => 'nonsense',
  'a key never minted': async () => mintKeyText(randomBytes),
  'a key with a wrong checksum': async () => `ka_${'a'.repeat(46)}`,
  'a working key': async () => (await server.createKey()).key,
  'a revoked key': async () => {
    const { id, key } = await server.createKey()
    await server.revokeKey(id)
    return key
  },
  'a key of a suspended account': async () => {
    const accountId = await server.createAccount(`suspended${Math.random()}@example.com`)
    const { key } = await server.createKey({ accountId })
    await server.suspendAccount(accountId)
    return key
  },
}

test('the answer is the same whatever was reported: bytes, status and names of headers', async () => {
  const seen = new Set<string>()
  for (const text of Object.values(TEXTS)) {
    const answer = await report({ key: await text() })
    seen.add(JSON.stringify([answer.status, await answer.text(), [...answer.headers.keys()].sort()]))
  }
  assert.equal(seen.size, 1, [...seen].join('\n'))
})

test('a text that opens nothing takes the same transaction as one that does', async () => {
  const stepsOf = async (key: string): Promise<string[]> => {
    await server.serving.flush()
    statements.length = 0
    await reported({ key })
    // How many rows are written is not in the first words.
    return statements.flatMap(
      (sql) => /^(begin|commit|insert into "audit_event"|select "digest")/.exec(sql)?.[0] ?? [],
    )
  }
  const nothing = await stepsOf(mintKeyText(randomBytes))
  assert.equal(nothing.length, 4)
  assert.deepEqual(await stepsOf('nonsense'), nothing)
  assert.deepEqual((await stepsOf((await server.createKey()).key)).slice(0, nothing.length), nothing)
})

test('a secret that was rotated out ends nothing; one in its overlap ends the key', async () => {
  const rotate = async ({ id }: KeyWithSecret, overlapSeconds: number) =>
    await server.operator.keys.rotate(ANYONE, id, { overlapSeconds, idempotencyKey: null }, OPERATOR)
  const ended = await server.createKey()
  const current = await rotate(ended, 0)
  await reported({ key: ended.key })
  assert.equal(await statusOf(current.key), 200)
  const overlapping = await server.createKey()
  const fresh = await rotate(overlapping, 3_600)
  await reported({ key: overlapping.key })
  assert.equal(await statusOf(fresh.key), 401)
})

test('reports from one address are limited; others are not concerned', async () => {
  const limited = await startServer({
    environment: { KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1' },
    abuseLimits: { leakReportsPerMinute: 3 },
  })
  try {
    const from = (address: string) =>
      fetch(`${limited.url}/v1/leaks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: '{"key":"nonsense"}',
      })
    for (let i = 0; i < 3; i++) assert.equal((await from('203.0.113.1')).status, 202)
    const refused = await from('203.0.113.1')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    expectFlat(await answerOf(refused), 'RATE_LIMITED')
    assert.equal((await from('203.0.113.2')).status, 202)
  } finally {
    await limited.stop()
  }
})

test('what is no report is refused, without repeating what it holds', async () => {
  const { key } = await server.createKey()
  const bad = [
    {},
    [],
    { key: '' },
    { keys: [] },
    { key, keys: [key] },
    { keys: Array(101).fill(key) },
    { text: key },
  ]
  for (const body of [...bad, { key: 'x'.repeat(601) }, { key: 1 }, null]) {
    const answer = await report(body)
    const text = await answer.clone().text()
    expectFlat(await answerOf(answer), 'VALIDATION_ERROR', JSON.stringify(body)?.slice(0, 20))
    assert.ok(!text.includes(key))
  }
  assert.equal(await statusOf(key), 200)
})

/** Sends an alert as GitHub does, or nearly. */
const alert = (
  payload: string,
  {
    identifier = 'own',
    signature = signed(payload),
  }: { identifier?: string | null; signature?: string | null } = {},
  to = server,
): Promise<Response> =>
  fetch(`${to.url}/v1/leaks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(identifier === null ? {} : { 'github-public-key-identifier': identifier }),
      ...(signature === null ? {} : { 'github-public-key-signature': signature }),
    },
    body: payload,
  })

const signed = (payload: string, key = github.pair.privateKey): string =>
  sign('sha256', Buffer.from(payload), key).toString('base64')

test("the example of GitHub's documentation is accepted, and nothing that differs from it", async () => {
  const answer = await alert(EXAMPLE.payload, EXAMPLE)
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), [
    {
      token_hash: hash('sha256', 'some_token', 'hex'),
      token_type: 'some_type',
      label: 'false_positive',
    },
  ])
  const changed = [
    EXAMPLE.payload.replace('some_token', 'some_taken'),
    EXAMPLE.payload.replace(':', ': '),
    `${EXAMPLE.payload}\n`,
    JSON.stringify(JSON.parse(EXAMPLE.payload), null, 1),
  ]
  for (const payload of changed) expectFlat(await answerOf(await alert(payload, EXAMPLE)), 'VALIDATION_ERROR')
})

test('an alert revokes the keys that work and says of each what it was', async () => {
  const working = await server.createKey()
  const revoked = await server.createKey()
  await server.revokeKey(revoked.id)
  const tokens = [working.key, mintKeyText(randomBytes), revoked.key, working.key]
  const payload = JSON.stringify(
    tokens.map((token) => {
      return { token, type: 'kugelaudio_key', url: 'https://github.com/a/b/blob/c/d.txt', source: 'content' }
    }),
  )
  const answer = await alert(payload)
  const text = await answer.text()
  const feedback = GithubFeedback.parse(JSON.parse(text))
  assert.deepEqual(
    feedback.map(({ label }) => label),
    ['true_positive', 'false_positive', 'true_positive', 'true_positive'],
  )
  assert.deepEqual(
    feedback.map(({ token_hash }) => token_hash),
    tokens.map((token) => hash('sha256', token, 'hex')),
  )
  for (const token of tokens) assert.ok(!text.includes(token))
  assert.equal(await statusOf(working.key), 401)
  const { revoked_reason } = await server.operator.keys.get(ANYONE, working.id)
  assert.equal(revoked_reason, 'leaked: found by GitHub content https://github.com/a/b/blob/c/d.txt')
  assert.equal((await eventOf(server, 'key.leaked', { target: working.id })).actor, 'github')
})

test('an alert that GitHub has not signed revokes nothing', async () => {
  const { key } = await server.createKey()
  const payload = JSON.stringify([{ token: key, type: 't', url: '', source: 'content' }])
  const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
  const other = JSON.stringify([{ token: 'x', type: 't' }])
  const cases: Record<string, Parameters<typeof alert>[1]> = {
    'no identifier': { identifier: null },
    'no signature': { signature: null },
    neither: { identifier: null, signature: null },
    'an unknown identifier': { identifier: 'unknown' },
    "another key's identifier": { identifier: EXAMPLE.identifier },
    "a stranger's signature": { signature: signed(payload, stranger) },
    'the signature of something else': { signature: signed(other) },
    'no base64': { signature: '!!!' },
    'a signature in another form': {
      signature: sign('sha256', Buffer.from(payload), {
        key: github.pair.privateKey,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64'),
    },
    'a very long signature': { signature: 'A'.repeat(4_000) },
  }
  for (const [what, how] of Object.entries(cases)) {
    const answer = await alert(payload, how)
    assert.equal(
      expectFlat(await answerOf(answer), 'VALIDATION_ERROR', what).includes('GITHUB-PUBLIC-KEY'),
      true,
    )
  }
  assert.equal(await statusOf(key), 200)
})

test('keys of other kinds among those of GitHub are not believed', async () => {
  const others = [
    generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ]
  github.heal(others.map(({ publicKey }, at) => ({ key_identifier: `other${at}`, key: pemOf(publicKey) })))
  const keyOf = createGithubKeys({ url: github.url, clock: new ManualClock() })
  assert.ok((await keyOf('own')) !== null)
  assert.equal(await keyOf('other0'), null)
  assert.equal(await keyOf('other1'), null)
})

test('a large alert is answered whole, one that is too large is refused', async () => {
  const { key } = await server.createKey()
  const matches = Array.from({ length: 5_000 }, (_, at) => {
    return {
      token: at === 4_321 ? key : `ka_${at}`,
      type: 't',
      url: `https://github.com/${'x'.repeat(300)}`,
      source: 'commit',
    }
  })
  const answer = await alert(JSON.stringify(matches))
  assert.equal(answer.status, 200)
  const feedback = GithubFeedback.parse(await answer.json())
  assert.equal(feedback.length, 5_000)
  assert.deepEqual(
    feedback.flatMap(({ label }, at) => (label === 'true_positive' ? [at] : [])),
    [4_321],
  )
  const many = JSON.stringify(Array(10_001).fill({ token: 'x', type: 't' }))
  expectFlat(await answerOf(await alert(many)), 'VALIDATION_ERROR')
  const huge = JSON.stringify([{ token: 'x'.repeat(9 * 1024 * 1024), type: 't' }])
  expectFlat(await answerOf(await alert(huge)), 'PAYLOAD_TOO_LARGE')
})

test("GitHub's keys are asked for when they are needed, never on start, and not for every stranger", async () => {
  const before = github.asked
  const fresh = await startServer({ environment: { KUGELAUDIO_GITHUB_KEYS_URL: github.url } })
  try {
    assert.equal(github.asked, before)
    assert.equal((await alert('[]', {}, fresh)).status, 200)
    assert.equal(github.asked, before + 1)
    for (let i = 0; i < 10; i++) {
      assert.equal((await alert('[]', { identifier: `made up ${i}` }, fresh)).status, 400)
      assert.equal((await alert('[]', {}, fresh)).status, 200)
    }
    assert.equal(github.asked, before + 1)
  } finally {
    await fresh.stop()
  }
})

test('keys are believed for an hour; a new identifier is asked for after a minute; many at once ask once', async () => {
  const clock = new ManualClock()
  const keyOf = createGithubKeys({ url: github.url, clock })
  const before = github.asked
  await Promise.all([keyOf('own'), keyOf('own'), keyOf(EXAMPLE.identifier)])
  assert.equal(github.asked, before + 1)
  assert.equal(await keyOf('new'), null)
  assert.equal(github.asked, before + 1)
  clock.advance(60_000)
  github.heal([{ key_identifier: 'new', key: pemOf(github.pair.publicKey) }])
  assert.ok((await keyOf('new')) !== null)
  assert.equal(github.asked, before + 2)
  clock.advance(3_599_999)
  await keyOf('own')
  assert.equal(github.asked, before + 2)
  clock.advance(1)
  await keyOf('own')
  assert.equal(github.asked, before + 3)
})

const BROKEN: Record<string, { status: number; body: string }> = {
  'an error': { status: 500, body: '{}' },
  'a limit': { status: 403, body: '{"message":"API rate limit exceeded"}' },
  'what is no JSON': { status: 200, body: '<html>' },
  'JSON of another form': { status: 200, body: '{"public_keys":{}}' },
  'what is no key': { status: 200, body: '{"public_keys":[{"key_identifier":"own","key":"x"}]}' },
  'more than it should': { status: 200, body: `{"public_keys":[],"x":"${'x'.repeat(100_000)}"}` },
  'a way elsewhere': { status: 302, body: '' },
}
for (const [what, answer] of Object.entries(BROKEN)) {
  test(`while GitHub answers with ${what}, alerts are told to come again, and known keys stay known`, async () => {
    const clock = new ManualClock()
    const known = createGithubKeys({ url: github.url, clock })
    assert.ok((await known('own')) !== null)
    github.answer = () => answer
    clock.advance(3_600_000)
    assert.ok((await known('own')) !== null)
    const unknown = createGithubKeys({ url: github.url, clock })
    await assert.rejects(unknown('own'), { code: 'SERVICE_UNAVAILABLE', retryAfterS: 60 })
    const asked = github.asked
    await assert.rejects(unknown('own'), { code: 'SERVICE_UNAVAILABLE' })
    assert.equal(github.asked, asked, 'asked again at once')
    clock.advance(60_000)
    github.heal()
    assert.ok((await unknown('own')) !== null)
  })
}

test('no report leaves a key in the log, whoever sent it', async () => {
  const log = JSON.stringify(await eventsOf(server))
  assert.ok(!/ka_[0-9A-Za-z]{46}/.test(log))
  assert.ok(!/ka_[0-9A-Za-z]{46}/.test(server.logged.join('')))
})
