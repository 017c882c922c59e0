import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PasskeyList, SessionView } from '@kugelaudio/contract'
import { Authenticator } from './harness/authenticator.ts'
import { memberOf, Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

type Creation = { challenge: string; rp: { id: string } }
type Request = { challenge: string; rpId: string }

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

/** Adds a passkey to whoever is signed in. */
async function add(person: Person, authenticator: Authenticator): Promise<Response> {
  const options = await person.get<Creation>('/api/auth/passkey/generate-register-options')
  const body = { response: authenticator.create(options), name: 'My laptop' }
  return await person.ask('POST', '/api/auth/passkey/verify-registration', { body })
}

async function signIn(person: Person, authenticator: Authenticator): Promise<Response> {
  const options = await person.get<Request>('/api/auth/passkey/generate-authenticate-options')
  const body = { response: authenticator.get(options) }
  return await person.ask('POST', '/api/auth/passkey/verify-authentication', { body })
}

test('a passkey signs in without a password, until it is removed', async () => {
  const owner = await memberOf(server, { role: 'owner' })
  const authenticator = new Authenticator(server.url)
  const added = await add(owner, authenticator)
  assert.equal(added.status, 200, await added.text())
  const { passkeys } = PasskeyList.strict().parse(await owner.get('/v1/passkeys'))
  assert.deepEqual(
    passkeys.map(({ name }) => name),
    ['My laptop'],
  )

  const person = new Person(server)
  const answer = await signIn(person, authenticator)
  assert.equal(answer.status, 200, await answer.clone().text())
  assert.deepEqual(await answer.json(), { signed_in: true })
  const { user, account } = SessionView.parse(await person.get('/v1/session'))
  assert.deepEqual([user.id, user.has_password, account?.role], [owner.userId, false, 'owner'])
  // It is a recent sign-in: keys can be made with it.
  await person.post('/v1/api-keys', { name: 'by passkey' }, 201)

  assert.equal((await owner.ask('DELETE', `/v1/passkeys/${passkeys[0]?.id}`)).status, 200)
  assert.equal((await signIn(new Person(server), authenticator)).status, 401)
})

test('what was made for a page elsewhere, by another passkey, or for another challenge, signs nobody in', async () => {
  const owner = await memberOf(server, { role: 'viewer' })
  const authenticator = new Authenticator(server.url)
  assert.equal((await add(owner, authenticator)).status, 200)
  const elsewhere = new Authenticator('https://evil.example')
  assert.equal((await add(owner, elsewhere)).status, 400)
  assert.equal((await signIn(new Person(server), new Authenticator(server.url))).status, 401)
  const person = new Person(server)
  await person.get('/api/auth/passkey/generate-authenticate-options')
  const body = { response: authenticator.get({ challenge: 'of-yesterday', rpId: '127.0.0.1' }) }
  const refused = await person.ask('POST', '/api/auth/passkey/verify-authentication', { body })
  assert.equal(refused.status, 401)
  assert.equal((await person.ask('GET', '/v1/session')).status, 401)
})

test('an answer of an authenticator is taken once', async () => {
  const owner = await memberOf(server, { role: 'viewer' })
  const authenticator = new Authenticator(server.url)
  await add(owner, authenticator)
  const person = new Person(server)
  const options = await person.get<Request>('/api/auth/passkey/generate-authenticate-options')
  const body = { response: authenticator.get(options) }
  const challenge = new Map(person.cookies)
  assert.equal((await person.ask('POST', '/api/auth/passkey/verify-authentication', { body })).status, 200)
  const thief = new Person(server)
  for (const [name, value] of challenge) thief.cookies.set(name, value)
  assert.equal((await thief.ask('POST', '/api/auth/passkey/verify-authentication', { body })).status, 401)
})

test('answers that are none are refused with what is wrong, and never fail on our side', async () => {
  const owner = await memberOf(server, { role: 'viewer' })
  await owner.get('/api/auth/passkey/generate-register-options')
  for (const response of [
    {},
    { id: 1 },
    { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: '!' } },
  ]) {
    await owner.get('/api/auth/passkey/generate-register-options')
    const added = await owner.ask('POST', '/api/auth/passkey/verify-registration', { body: { response } })
    assert.ok(added.status >= 400 && added.status < 500, String(added.status))
    const person = new Person(server)
    await person.get('/api/auth/passkey/generate-authenticate-options')
    const refused = await person.ask('POST', '/api/auth/passkey/verify-authentication', {
      body: { response },
    })
    assert.ok(refused.status >= 400 && refused.status < 500, String(refused.status))
  }
})
