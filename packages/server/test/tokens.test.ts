import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TokenWithSecret } from '@kugelaudio/contract'
import { mintTokenText } from '@kugelaudio/keycore'
import { answerOf, expectFlat, expectUnauthorized, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { manage, mintToken } from './harness/manage.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
let keyId: string
before(async () => {
  server = await startServer()
  const made = await server.createKey()
  key = made.key
  keyId = made.id
})
after(() => server.stop())

const models = (token: string) => manage(server, token, 'GET', '/v1/models')

test('a token is answered once, as the contract says, and kept by nobody on the way', async () => {
  const answer = await manage(server, key, 'POST', '/v1/tokens')
  assert.equal(answer.status, 201)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const token = TokenWithSecret.strict().parse(await answer.json())
  assert.match(token.token, /^kt_[0-9A-Za-z]{46}$/)
  assert.equal(token.key_id, keyId)
  assert.equal(Date.parse(token.expires_at) - Date.parse(token.created_at), 60_000)
  assert.deepEqual(
    { single_use: token.single_use, scopes: token.scopes, voices: token.voices, origins: token.origins },
    { single_use: true, scopes: ['speech:generate', 'speech:stream'], voices: null, origins: null },
  )
})

test('a token that may be used once is spent by one request over HTTP', async () => {
  const { token } = await mintToken(server, key)
  const answer = await generate(server, token, { text: 'word' })
  assert.equal(answer.status, 200)
  assert.ok((await bytesOf(answer)).length > 0)
  expectUnauthorized(await answerOf(await generate(server, token, { text: 'word' })))
})

test('a request that is refused before anything was done has not spent its token', async () => {
  const { token } = await mintToken(server, key)
  expectFlat(await answerOf(await generate(server, token, { text: 7 })), 'VALIDATION_ERROR')
  expectFlat(await answerOf(await generate(server, token, '{')), 'VALIDATION_ERROR')
  expectFlat(await answerOf(await generate(server, token, 'x'.repeat(300_000))), 'PAYLOAD_TOO_LARGE')
  assert.equal((await manage(server, token, 'GET', '/v1/usage')).status, 403)
  assert.equal((await generate(server, token, { text: 'word' })).status, 200)
  expectUnauthorized(await answerOf(await generate(server, token, { text: 'word' })))
})

test('of a hundred racing uses of a single-use token exactly one wins', async () => {
  for (let round = 0; round < 3; round++) {
    const { token } = await mintToken(server, key)
    const answers = await Promise.all(Array.from({ length: 100 }, () => models(token)))
    const statuses = answers.map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 200).length, 1)
    assert.equal(statuses.filter((status) => status === 401).length, 99)
  }
  assert.equal(server.serving.grants.size, 0)
})

test('a token that may be used often is, until its time is over', async () => {
  const { token } = await mintToken(server, key, { single_use: false, ttl_seconds: 120 })
  for (let use = 0; use < 3; use++) assert.equal((await models(token)).status, 200)
  server.clock.advance(119_000)
  assert.equal((await models(token)).status, 200)
  server.clock.advance(1_000)
  expectUnauthorized(await answerOf(await models(token)))
})

test('a token that nobody minted, a mistyped one, and one with the prefix of a key are refused alike', async () => {
  const { token } = await mintToken(server, key)
  for (const text of [
    mintTokenText(randomBytes),
    token.slice(0, -1) + (token.endsWith('0') ? '1' : '0'),
    token.replace('kt_', 'ka_'),
    key.replace('ka_', 'kt_'),
  ])
    expectUnauthorized(await answerOf(await models(text)))
  assert.equal((await models(token)).status, 200)
})

test('what is wrong with a wish for a token is named, and nothing is minted', async () => {
  for (const [member, value] of [
    ['ttl_seconds', 0],
    ['ttl_seconds', 3_601],
    ['ttl_seconds', 1.5],
    ['ttl_seconds', '60'],
    ['single_use', 'yes'],
    ['max_session_seconds', 0],
    ['max_session_seconds', 18_001],
    ['voices', []],
    ['voices', [1]],
    ['models', 'kugel-3'],
    ['max_characters', 0],
    ['origins', []],
    ['origins', ['https://app.example.com/']],
    ['origins', ['https://app.example.com:443']],
    ['origins', ['HTTPS://app.example.com']],
    ['origins', ['https://user@app.example.com']],
    ['origins', ['*']],
    ['origins', ['null']],
    ['scopes', []],
    ['scopes', ['keys:manage']],
    ['scopes', ['tokens:create']],
    ['unknown', 1],
  ] as const) {
    const answer = await answerOf(await manage(server, key, 'POST', '/v1/tokens', { [member]: value }))
    const message = expectFlat(answer, 'VALIDATION_ERROR', `${member} ${JSON.stringify(value)}`)
    assert.ok(message.includes(member), message)
  }
})

test('a token never outlives its key', async () => {
  const own = await server.createKey({ expiresAtMs: server.clock.nowMs() + 30_000 })
  const token = await mintToken(server, own.key, { ttl_seconds: 3_600, single_use: false })
  assert.equal(token.expires_at, own.expires_at)
  server.clock.advance(30_000)
  expectUnauthorized(await answerOf(await models(token.token)))
})

test('a token may do no more than its key, now and later', async () => {
  const own = await server.createKey({ scopes: ['speech:generate', 'tokens:create'] })
  const refused = await answerOf(
    await manage(server, own.key, 'POST', '/v1/tokens', { scopes: ['speech:stream'] }),
  )
  assert.match(expectFlat(refused, 'VALIDATION_ERROR'), /speech:generate/)
  const { token, scopes } = await mintToken(server, own.key, { single_use: false })
  assert.deepEqual(scopes, ['speech:generate'])
  assert.equal((await generate(server, token, { text: 'word' })).status, 200)
  const manager = (await server.createKey({ scopes: ['keys:manage'] })).key
  const change = { scopes: ['tokens:create'] }
  assert.equal((await manage(server, manager, 'PATCH', `/v1/api-keys/${own.id}`, change)).status, 200)
  const answer = await generate(server, token, { text: 'word' })
  assert.equal(answer.status, 403)
  assert.equal(await answer.text(), FORBIDDEN_BODY)
})

test('a key without any speech, and one that may not mint, mint nothing', async () => {
  const silent = await server.createKey({ scopes: ['tokens:create'] })
  expectFlat(await answerOf(await manage(server, silent.key, 'POST', '/v1/tokens')), 'VALIDATION_ERROR')
  const other = await server.createKey({ scopes: ['speech:generate'] })
  assert.equal((await manage(server, other.key, 'POST', '/v1/tokens')).status, 403)
})

test('a token mints no tokens and manages nothing', async () => {
  const { key: all } = await server.createKey({
    scopes: ['speech:generate', 'speech:stream', 'tokens:create', 'keys:manage'],
  })
  const { token, id } = await mintToken(server, all, { single_use: false })
  for (const [method, path] of [
    ['POST', '/v1/tokens'],
    ['DELETE', `/v1/tokens/${id}`],
    ['GET', '/v1/api-keys'],
    ['GET', `/v1/api-keys/${keyId}`],
    ['POST', `/v1/api-keys/${keyId}/revoke`],
  ] as const)
    assert.equal((await manage(server, token, method, path)).status, 403, `${method} ${path}`)
})

test('two credentials in one request are one too many', async () => {
  const { token } = await mintToken(server, key)
  for (const other of [key, (await mintToken(server, key)).token]) {
    const headers = { authorization: `Bearer ${token}`, 'x-api-key': other }
    expectFlat(await answerOf(await fetch(`${server.url}/v1/models`, { headers })), 'VALIDATION_ERROR')
  }
  assert.equal((await models(token)).status, 200, 'refused requests spend nothing')
})

test('a token in a URL is not taken over HTTP', async () => {
  const { token } = await mintToken(server, key)
  const answer = await answerOf(await fetch(`${server.url}/v1/models?token=${token}`))
  expectUnauthorized(answer)
  assert.equal((await models(token)).status, 200)
})

test('a token ends with its key, in the same moment, and with its account', async () => {
  const own = await server.createKey()
  const token = await mintToken(server, own.key, { single_use: false })
  const unused = await mintToken(server, own.key)
  assert.equal((await models(token.token)).status, 200)
  await server.revokeKey(own.id)
  for (const text of [token.token, unused.token]) expectUnauthorized(await answerOf(await models(text)))

  const accountId = await server.createAccount('suspended@example.com')
  const theirs = await server.createKey({ accountId })
  const theirToken = await mintToken(server, theirs.key, { single_use: false })
  await server.suspendAccount(accountId)
  assert.equal((await models(theirToken.token)).status, 403)
})

test('a token lives on when the secret of its key is exchanged', async () => {
  const own = await server.createKey({ scopes: ['speech:generate', 'tokens:create', 'keys:manage'] })
  const { token } = await mintToken(server, own.key, { single_use: false })
  const rotated = await manage(server, own.key, 'POST', `/v1/api-keys/${own.id}/rotate`, {
    overlap_seconds: 0,
  })
  assert.equal(rotated.status, 200)
  expectUnauthorized(await answerOf(await models(own.key)))
  assert.equal((await models(token)).status, 200)
})

test('one token is ended by itself, with a receipt, and every time with the same epoch', async () => {
  const token = await mintToken(server, key, { single_use: false })
  const other = await mintToken(server, key, { single_use: false })
  assert.equal((await models(token.token)).status, 200)
  const answer = await manage(server, key, 'DELETE', `/v1/tokens/${token.id}`)
  assert.equal(answer.status, 200)
  const { id, receipt } = (await answer.json()) as { id: string; receipt: Record<string, unknown> }
  assert.deepEqual(
    { id, change: receipt['change'], key: receipt['key_id'], token: receipt['token_id'] },
    { id: token.id, change: 'token.revoked', key: keyId, token: token.id },
  )
  expectUnauthorized(await answerOf(await models(token.token)))
  assert.equal((await models(other.token)).status, 200)
  const again = (await (
    await manage(server, key, 'DELETE', `/v1/tokens/${token.id}`)
  ).json()) as typeof answer & {
    receipt: { epoch: number }
  }
  assert.equal(again.receipt.epoch, receipt['epoch'])
})

test("another account's token is forbidden, and one that exists nowhere is not found", async () => {
  const accountId = await server.createAccount('other@example.com')
  const theirs = await server.createKey({ accountId })
  const { id } = await mintToken(server, theirs.key)
  assert.equal((await manage(server, key, 'DELETE', `/v1/tokens/${id}`)).status, 403)
  expectFlat(await answerOf(await manage(server, key, 'DELETE', '/v1/tokens/tok_nothing')), 'NOT_FOUND')
})

test('ended tokens are deleted in the background, others are not', async () => {
  const brief = await mintToken(server, key, { ttl_seconds: 1 })
  server.clock.advance(7 * 3_600_000)
  const lasting = await mintToken(server, key)
  server.clock.fire(DELETED_EVERY_MS)
  const gone = async () => (await manage(server, key, 'DELETE', `/v1/tokens/${brief.id}`)).status === 404
  for (let tries = 0; !(await gone()); tries++) assert.ok(tries < 1_000, 'it is never deleted')
  assert.equal((await models(lasting.token)).status, 200)
})

const DELETED_EVERY_MS = 300_000

test('a token is nowhere but in its answer: not in the log, not in the data', async () => {
  const { token } = await mintToken(server, key)
  await generate(server, token, { text: 'word' })
  await generate(server, token, { text: 'word' })
  await fetch(`${server.url}/v1/models?token=${token}`)
  const body = token.slice(3)
  for (const line of server.logged) assert.ok(!line.includes(body))
  for (const entry of await readdir(server.dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    assert.ok(!(await readFile(path, 'latin1')).includes(body), path)
  }
})
