import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { mintKeyText } from '@kugelaudio/keycore'
import { expectFlat, expectUnauthorized, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { exchange, type RawAnswer, requestText } from './harness/raw-http.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const DAY_MS = 86_400_000

let server: TestServer
let key: string
let otherKey: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
  otherKey = (await server.createKey()).key
})
after(() => server.stop())

/** Asks for the models with header lines as they are. */
const ask = (headerLines: string[], path = '/v1/models'): Promise<RawAnswer | null> =>
  exchange(server.url, requestText(`GET ${path} HTTP/1.1`, headerLines))

/** Another character of the alphabet. */
const changed = (text: string, at: number): string =>
  `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`

/** Header lines that hold no credential that is good, by what is wrong with them. `key` is good. */
const REFUSED: Record<string, () => string[]> = {
  'no header': () => [],
  'an empty Authorization': () => ['Authorization:'],
  'a blank Authorization': () => ['Authorization:    '],
  'the scheme alone': () => ['Authorization: Bearer'],
  'the scheme and a space': () => ['Authorization: Bearer '],
  'the key alone': () => [`Authorization: ${key}`],
  'Basic and the key': () => [`Authorization: Basic ${key}`],
  'Basic credentials': () => [`Authorization: Basic ${Buffer.from(`${key}:`).toString('base64')}`],
  'Digest and the key': () => [`Authorization: Digest ${key}`],
  'Token and the key': () => [`Authorization: Token ${key}`],
  'a scheme that begins like Bearer': () => [`Authorization: Bearers ${key}`],
  'Bearer without a space': () => [`Authorization: Bearer${key}`],
  'Bearer with a colon': () => [`Authorization: Bearer: ${key}`],
  'a second word': () => [`Authorization: Bearer ${key} ${key}`],
  'a list': () => [`Authorization: Bearer ${key},${key}`],
  'the scheme twice': () => [`Authorization: Bearer Bearer ${key}`],
  'a key in quotes': () => [`Authorization: Bearer "${key}"`],
  'the placeholder of the page': () => ['Authorization: Bearer YOUR_API_KEY'],
  'a key never issued, with the right checksum': () => [`Authorization: Bearer ${mintKeyText(randomBytes)}`],
  'the prefix alone': () => ['Authorization: Bearer ka_'],
  'a key without its prefix': () => [`Authorization: Bearer ${key.slice(3)}`],
  'a key with another prefix': () => [`Authorization: Bearer kb_${key.slice(3)}`],
  'a prefix in capitals': () => [`Authorization: Bearer KA_${key.slice(3)}`],
  'a key in capitals': () => [`Authorization: Bearer ka_${key.slice(3).toUpperCase()}`],
  'a key too short by one': () => [`Authorization: Bearer ${key.slice(0, -1)}`],
  'a key too long by one': () => [`Authorization: Bearer ${key}0`],
  'a key twice': () => [`Authorization: Bearer ${key}${key}`],
  'a key of 8 kB': () => [`Authorization: Bearer ka_${'a'.repeat(8_192)}`],
  'a key with its first character changed': () => [`Authorization: Bearer ${changed(key, 3)}`],
  'a key with a character in the middle changed': () => [`Authorization: Bearer ${changed(key, 20)}`],
  'a key with its last character changed': () => [`Authorization: Bearer ${changed(key, 48)}`],
  'a key with two characters exchanged': () => [
    `Authorization: Bearer ${key.slice(0, 10)}${key.charAt(11)}${key.charAt(10) === key.charAt(11) ? '-' : key.charAt(10)}${key.slice(12)}`,
  ],
  'a key in UTF-8 with a letter that looks alike': () => [
    `Authorization: Bearer ${Buffer.from(`kа_${key.slice(3)}`, 'utf8').toString('latin1')}`,
  ],
  'a key with a combining accent': () => [
    `Authorization: Bearer ${Buffer.from(`${key}\u0301`, 'utf8').toString('latin1')}`,
  ],
  'a key with a percent sign': () => [`Authorization: Bearer ${key.replace('ka_', 'ka%5F')}`],
  'a space inside the key': () => [`Authorization: Bearer ${key.slice(0, 20)} ${key.slice(20)}`],
  'a tab inside the key': () => [`Authorization: Bearer ${key.slice(0, 20)}\t${key.slice(20)}`],
  'a region prefix that is none': () => [`Authorization: Bearer asia-${key}`],
  'two region prefixes': () => [`Authorization: Bearer eu-us-${key}`],
  'a region prefix in capitals': () => [`Authorization: Bearer EU-${key}`],
  'a region prefix alone': () => ['Authorization: Bearer eu-'],
  'an empty X-API-Key': () => ['X-API-Key:'],
  'X-API-Key with a scheme': () => [`X-API-Key: Bearer ${key}`],
  'a wrong X-API-Key': () => ['X-API-Key: nonsense'],
  'Basic beside a good X-API-Key': () => ['Authorization: Basic Zm9vOmJhcg==', `X-API-Key: ${key}`],
  'the key in a cookie': () => [`Cookie: api_key=${key}`],
  'the key in another header': () => [`X-Auth-Token: ${key}`],
  'the key in Proxy-Authorization': () => [`Proxy-Authorization: Bearer ${key}`],
  SQL: () => [`Authorization: Bearer '--`],
}

for (const [wrong, headerLines] of Object.entries(REFUSED)) {
  test(`401 with the body of the page: ${wrong}`, async () => {
    expectUnauthorized(await ask(headerLines()))
  })
}

test('the answer says nothing about why: every refusal has the same body, status and header names', async () => {
  const revoked = await server.createKey()
  await server.revokeKey(revoked.id)
  const causes = {
    unknown: `Authorization: Bearer ${mintKeyText(randomBytes)}`,
    revoked: `Authorization: Bearer ${revoked.key}`,
    checksum: `Authorization: Bearer ${changed(key, 20)}`,
    shape: 'Authorization: Bearer nonsense',
  }
  const seen = new Set<string>()
  for (const line of Object.values(causes)) {
    const answer = await ask([line])
    expectUnauthorized(answer)
    seen.add(
      JSON.stringify([
        answer?.body,
        Object.keys(answer?.headers ?? {}).sort(),
        answer?.headers['www-authenticate'],
      ]),
    )
  }
  assert.equal(seen.size, 1)
})

test('a caller who presented nothing is told of no error in the challenge (RFC 6750, section 3)', async () => {
  assert.equal((await ask([]))?.headers['www-authenticate'], 'Bearer realm="kugelaudio"')
  assert.equal(
    (await ask(['Authorization: Bearer nonsense']))?.headers['www-authenticate'],
    'Bearer realm="kugelaudio", error="invalid_token"',
  )
})

test('a revoked key is refused from the moment the revocation has returned', async () => {
  const revoked = await server.createKey()
  assert.equal((await ask([`Authorization: Bearer ${revoked.key}`]))?.status, 200)
  await server.revokeKey(revoked.id)
  expectUnauthorized(await ask([`Authorization: Bearer ${revoked.key}`]))
})

test('an expired key is refused from the millisecond of its end, however often it was used before', async () => {
  const expiring = await server.createKey({ expiresAtMs: server.clock.nowMs() + DAY_MS })
  const line = `Authorization: Bearer ${expiring.key}`
  assert.equal((await ask([line]))?.status, 200)
  server.clock.advance(DAY_MS - 60_000)
  assert.equal((await ask([line]))?.status, 200)
  server.clock.advance(60_000)
  expectUnauthorized(await ask([line]))
})

test('a key in the address of an HTTP request is not a credential', async () => {
  for (const query of [`?api_key=${key}`, `?token=${key}`, `?key=${key}`, `?Authorization=Bearer%20${key}`]) {
    expectUnauthorized(await ask([], `/v1/models${query}`), query.slice(0, 9))
  }
})

test('a wrong key in the address changes nothing for a good header', async () => {
  assert.equal((await ask([`Authorization: Bearer ${key}`], '/v1/models?api_key=nonsense'))?.status, 200)
})

test('a key with a line break in it cannot add a header of its own', async () => {
  const split = await ask([`Authorization: Bearer nonsense\r\nX-API-Key: ${key}`])
  assert.ok(split !== null)
  // That is two headers on the wire; a server must see them as such: the first one is wrong.
  expectFlat(split, 'VALIDATION_ERROR')
  const bare = await ask([`Authorization: Bearer ${key.slice(0, 20)}\n${key.slice(20)}`])
  expectFlat(bare, 'VALIDATION_ERROR')
  const folded = await ask([`Authorization: Bearer ${key.slice(0, 20)}\r\n ${key.slice(20)}`])
  assert.ok(folded !== null && folded.status >= 400 && folded.status < 500)
  const nul = await ask([`Authorization: Bearer ${key}\0`])
  assert.ok(nul !== null && nul.status >= 400 && nul.status < 500)
})

const ACCEPTED: Record<string, () => string[]> = {
  'Authorization: Bearer': () => [`Authorization: Bearer ${key}`],
  'the scheme in small letters': () => [`authorization: bearer ${key}`],
  'the scheme in capitals': () => [`AUTHORIZATION: BEARER ${key}`],
  'several spaces': () => [`Authorization:  Bearer   ${key}  `],
  'X-API-Key alone': () => [`X-API-Key: ${key}`],
  'X-API-Key in small letters': () => [`x-api-key: ${key}`],
  'both headers with one key, as the SDKs send': () => [`Authorization: Bearer ${key}`, `X-API-Key: ${key}`],
  'eu- before the key': () => [`Authorization: Bearer eu-${key}`],
  'us- before the key': () => [`Authorization: Bearer us-${key}`],
  'global- before the key': () => [`Authorization: Bearer global-${key}`],
  'eu- before the key in X-API-Key': () => [`X-API-Key: eu-${key}`],
  'both headers with a region prefix': () => [`Authorization: Bearer eu-${key}`, `X-API-Key: eu-${key}`],
}

for (const [form, headerLines] of Object.entries(ACCEPTED)) {
  test(`a key is accepted: ${form}`, async () => {
    assert.equal((await ask(headerLines()))?.status, 200)
  })
}

const AMBIGUOUS: Record<string, () => string[]> = {
  'two different keys in the two headers': () => [`Authorization: Bearer ${key}`, `X-API-Key: ${otherKey}`],
  'a good and a wrong key': () => [`Authorization: Bearer ${key}`, 'X-API-Key: nonsense'],
  'a good and an empty key': () => [`Authorization: Bearer ${key}`, 'X-API-Key:'],
  'Authorization twice': () => [`Authorization: Bearer ${key}`, `Authorization: Bearer ${otherKey}`],
  'Authorization twice with one key': () => [`Authorization: Bearer ${key}`, `Authorization: Bearer ${key}`],
  'X-API-Key twice': () => [`X-API-Key: ${key}`, `X-API-Key: ${otherKey}`],
  'X-API-Key twice with one key': () => [`X-API-Key: ${key}`, `X-API-Key: ${key}`],
}

for (const [form, headerLines] of Object.entries(AMBIGUOUS)) {
  test(`400 when nobody can say which key is meant: ${form}`, async () => {
    const answer = await ask(headerLines())
    expectFlat(answer, 'VALIDATION_ERROR')
    assert.ok(!answer?.body.includes(key) && !answer?.body.includes(otherKey), 'the answer holds no key')
  })
}

test('every route that needs a key refuses without one, and says so before it looks at the body', async () => {
  const bodies = ['', '{', '{"text":""}', 'x'.repeat(300_000)]
  for (const path of ['/v1/tts/generate', '/predict']) {
    for (const body of bodies) {
      const answer = await exchange(server.url, requestText(`POST ${path} HTTP/1.1`, [], body))
      expectUnauthorized(answer, `${path} with ${body.length} bytes`)
    }
  }
  expectUnauthorized(await ask([]))
})

test('what the operations need is open', async () => {
  // What is being spoken says that the engine is ready.
  await fetch(`${server.url}/v1/tts/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"text":"Hello"}',
  })
  for (const path of ['/health', '/ready', '/openapi.json']) {
    assert.equal((await ask([], path))?.status, 200, path)
  }
})

test('a key of a suspended account gets exactly the 403 of the page, whatever the server remembers', async () => {
  const suspended = await startServer()
  try {
    const first = (await suspended.createKey()).key
    const other = await suspended.createAccount('other@example.com')
    const bystander = (await suspended.createKey({ accountId: other })).key
    const speak = (bearer: string) =>
      fetch(`${suspended.url}/v1/tts/generate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: '{"text":"a"}',
      })
    // The server has both keys in its memory, and trusts it.
    for (const bearer of [first, bystander, first, bystander]) {
      const answer = await speak(bearer)
      assert.equal(answer.status, 200)
      await answer.arrayBuffer()
    }
    await suspended.suspendAccount(suspended.account.account_id)
    // Somebody else's speech makes the server look at what has changed.
    await (await speak(bystander)).arrayBuffer()
    const refused = await speak(first)
    assert.equal(refused.status, 403)
    assert.equal(await refused.text(), FORBIDDEN_BODY)
    assert.equal(refused.headers.get('content-type'), 'application/json')
    assert.equal(
      refused.headers.get('www-authenticate'),
      'Bearer realm="kugelaudio", error="insufficient_scope"',
    )
    assert.match(refused.headers.get('x-request-id') ?? '', /^req_/)
    assert.equal((await speak(bystander)).status, 200)
  } finally {
    await suspended.stop()
  }
})

test('a revoked key of a suspended account is unauthorized: the account is nobody else’s business', async () => {
  const suspended = await startServer()
  try {
    const revoked = await suspended.createKey()
    await suspended.revokeKey(revoked.id)
    await suspended.suspendAccount(suspended.account.account_id)
    const answer = await exchange(
      suspended.url,
      requestText('GET /v1/models HTTP/1.1', [`Authorization: Bearer ${revoked.key}`]),
    )
    expectUnauthorized(answer)
  } finally {
    await suspended.stop()
  }
})
