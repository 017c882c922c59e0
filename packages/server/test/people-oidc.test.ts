import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { SessionView, Setup } from '@kugelaudio/contract'
import { eventOf } from './harness/audit.ts'
import { CLIENT, OidcProvider } from './harness/oidc-provider.ts'
import { PASSWORD, Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'
import { codeOf } from './harness/totp.ts'

const BEGIN = '/v1/sign-in/oidc'

let provider: OidcProvider
let server: TestServer
let inviting: TestServer
before(async () => {
  provider = await OidcProvider.start()
  server = await startServer({ environment: environment() })
  inviting = await startServer({ environment: environment({ KUGELAUDIO_SIGNUP: 'invite' }) })
})
after(async () => {
  await server.stop()
  await inviting.stop()
  provider.stop()
})
beforeEach(() => {
  provider.forged = {}
  provider.signsByAnotherKey = false
  provider.complaints.length = 0
})

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  KUGELAUDIO_OIDC_ISSUER: provider.issuer,
  KUGELAUDIO_OIDC_CLIENT_ID: CLIENT.id,
  KUGELAUDIO_OIDC_CLIENT_SECRET: CLIENT.secret,
  KUGELAUDIO_OIDC_NAME: 'The Company',
  ...more,
})

const claimsOf = (email: string, verified: unknown = true) => ({
  sub: `sub of ${email}`,
  email,
  email_verified: verified,
  name: 'Grace Hopper',
})

/** Follows a link as a browser does; where the next page is. */
async function follow(person: Person, path: string): Promise<string> {
  const answer = await person.ask('GET', path, { origin: null })
  await answer.body?.cancel()
  assert.equal(answer.status, 302)
  return answer.headers.get('location') ?? ''
}

/** Goes to the provider, is somebody there, and comes back; on which page that ends. */
async function signInAs(person: Person, claims: Record<string, unknown> | null): Promise<string> {
  provider.person = claims
  const back = await atProvider(await follow(person, BEGIN))
  return await follow(person, back)
}

async function atProvider(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  return back.pathname + back.search
}

test('pages learn of the provider, and nobody else does', async () => {
  const setup = Setup.parse(await new Person(server).get('/v1/setup'))
  assert.deepEqual(setup.providers, [{ id: 'oidc', name: 'The Company' }])
  assert.equal((await new Person(server).ask('GET', '/v1/sign-in/other')).status, 404)
  assert.equal((await new Person(server).ask('GET', '/api/auth/callback/google?code=a&state=b')).status, 404)
})

test('somebody new comes in with an account of their own, and comes back to it', async () => {
  const person = new Person(server)
  assert.equal(await signInAs(person, claimsOf('Grace@example.com')), '/dashboard')
  assert.deepEqual(provider.complaints, [])
  const { user, account } = SessionView.parse(await person.get('/v1/session'))
  assert.deepEqual(
    [user.email, user.name, user.email_verified, user.has_password],
    ['grace@example.com', 'Grace Hopper', true, false],
  )
  assert.deepEqual([account?.role, account?.plan, account?.operator], ['owner', 'free', false])
  const accountId = account?.id ?? ''
  assert.equal((await eventOf(server, 'account.created', { accountId })).actor, 'anyone')
  const opened = await eventOf(server, 'session.opened', { accountId })
  assert.deepEqual([opened.actor, opened.details], [`member:${user.id}`, { by: 'provider' }])
  await person.post('/v1/api-keys', { name: 'First' }, 201)
  const again = new Person(server)
  assert.equal(await signInAs(again, claimsOf('grace@example.com')), '/dashboard')
  assert.equal(SessionView.parse(await again.get('/v1/session')).account?.id, accountId)
})

test('no token of the provider is kept', async () => {
  const rows = await server.operator.store.query.selectFrom('user_credential').selectAll().execute()
  const linked = rows.filter(({ provider_id }) => provider_id === 'oidc')
  assert.ok(linked.length > 0)
  for (const row of linked)
    assert.deepEqual([row.access_token, row.refresh_token, row.id_token], [null, null, null])
})

test('an address that the provider has not verified opens nothing, whoever has an account with it', async () => {
  await server.operator.accounts.create({
    email: 'target@example.com',
    name: 'Target',
    plan: null,
    password: PASSWORD,
  })
  for (const email of ['target@example.com', 'unheard@example.com'])
    for (const verified of [false, null, 'no', 1]) {
      const person = new Person(server)
      const claims = claimsOf(email, verified)
      assert.equal(
        await signInAs(person, claims),
        '/dashboard/sign-in?error=email_not_verified',
        `${email} ${verified}`,
      )
      assert.equal((await person.ask('GET', '/v1/session')).status, 401)
    }
})

test('an account whose own address is not confirmed is not handed to whom the provider vouches for', async () => {
  const wish = { name: 'Squatter', email: 'squatted@example.com', password: PASSWORD }
  await new Person(server).post('/api/auth/sign-up/email', wish, 202)
  const person = new Person(server)
  assert.equal(
    await signInAs(person, claimsOf('squatted@example.com')),
    '/dashboard/sign-in?error=account_not_linked',
  )
  assert.equal((await person.ask('GET', '/v1/session')).status, 401)
})

test('who has a password and a confirmed address may come by either way; with one-time codes only by the password', async () => {
  const email = 'both@example.com'
  await server.operator.accounts.create({ email, name: 'Both', plan: null, password: PASSWORD })
  const person = new Person(server)
  assert.equal(await signInAs(person, claimsOf(email)), '/dashboard')
  const { totpURI } = await person.post<{ totpURI: string }>('/api/auth/two-factor/enable', {
    password: PASSWORD,
  })
  await person.post('/api/auth/two-factor/verify-totp', { code: codeOf(totpURI, Date.now()) })
  const thief = new Person(server)
  assert.equal(await signInAs(thief, claimsOf(email)), '/dashboard/sign-in?error=second_factor_required')
  assert.equal((await thief.ask('GET', '/v1/session')).status, 401)
})

test('identity tokens that are for others, too old, not bound to this sign-in or not signed by the provider open nothing', async () => {
  const now = Math.floor(Date.now() / 1000)
  for (const forged of [
    { aud: 'another' },
    { iss: 'https://evil.example' },
    { exp: now - 600 },
    { nonce: 'x' },
  ]) {
    provider.forged = forged
    const person = new Person(server)
    const ended = await signInAs(person, claimsOf('forged@example.com'))
    assert.equal(ended, '/dashboard/sign-in?error=unable_to_get_user_info', JSON.stringify(forged))
    assert.equal((await person.ask('GET', '/v1/session')).status, 401)
  }
  provider.forged = {}
  provider.signsByAnotherKey = true
  const ended = await signInAs(new Person(server), claimsOf('forged@example.com'))
  assert.equal(ended, '/dashboard/sign-in?error=unable_to_get_user_info')
})

test('an answer of the provider works once, in the browser that has asked', async () => {
  const person = new Person(server)
  provider.person = claimsOf('once@example.com')
  const back = await atProvider(await follow(person, BEGIN))
  const other = new Person(server)
  assert.match(await follow(other, back), /^\/dashboard\/sign-in\?error=state_/)
  assert.equal((await other.ask('GET', '/v1/session')).status, 401)
  assert.equal(await follow(person, back), '/dashboard')
  assert.match(await follow(new Person(server), back), /^\/dashboard\/sign-in\?error=state_/)
})

test('whatever comes back instead of an answer leads to the page with an error in plain words', async () => {
  assert.equal(await signInAs(new Person(server), null), '/dashboard/sign-in?error=access_denied')
  for (const query of [
    '',
    '?code=a',
    '?state=b',
    '?code=a&state=b',
    '?error=%3Cscript%3E',
    '?code=%00&state=%00',
  ])
    assert.match(
      await follow(new Person(server), `/api/auth/callback/oidc${query}`),
      /^\/dashboard\/sign-in\?error=[a-z_]+$/,
      query,
    )
  const long = await new Person(server).ask('GET', `/api/auth/callback/oidc?code=${'a'.repeat(5_000)}`)
  assert.equal(long.status, 400)
})

test('where accounts are made by invitation, only who is invited comes in, and then accepts', async () => {
  const stranger = new Person(inviting)
  const closed = '/dashboard/sign-in?error=sign_up_closed'
  assert.equal(await signInAs(stranger, claimsOf('stranger@example.com')), closed)
  const { url } = await inviting.operator.resetLink(inviting.account.email)
  const owner = new Person(inviting)
  const token = new URL(url).hash.slice(1)
  await owner.post('/api/auth/reset-password', { token, newPassword: PASSWORD })
  assert.equal((await owner.signIn(inviting.account.email)).status, 200)
  const wish = { email: 'invited@example.com', role: 'viewer' }
  const made = await owner.post<{ url: string }>('/v1/invitations', wish, 201)
  const invited = new Person(inviting)
  assert.equal(await signInAs(invited, claimsOf('invited@example.com')), '/dashboard')
  assert.equal(SessionView.parse(await invited.get('/v1/session')).account, null)
  const invitation = new URL(made.url).hash.slice(1)
  const joined = SessionView.parse(await invited.post('/v1/invitations/accept', { invitation }))
  assert.deepEqual([joined.account?.id, joined.account?.role], [inviting.account.account_id, 'viewer'])
})

test('on a server without an account a provider makes nobody its operator', async () => {
  const empty = await startServer({ environment: environment(), isEmpty: true })
  const ended = await signInAs(new Person(empty), claimsOf('first@example.com'))
  assert.equal(ended, '/dashboard/sign-in?error=setup_needed')
  await empty.stop()
})

test('a provider that is down is asked again when it is back, and keeps nobody from a password', async () => {
  const away = await OidcProvider.start()
  const { issuer } = away
  away.stop()
  const lonely = await startServer({ environment: environment({ KUGELAUDIO_OIDC_ISSUER: issuer }) })
  const person = new Person(lonely)
  for (let again = 0; again < 2; again++)
    assert.equal(await follow(person, BEGIN), '/dashboard/sign-in?error=provider_unreachable')
  const email = 'patient@example.com'
  await lonely.operator.accounts.create({ email, name: 'Patient', plan: null, password: PASSWORD })
  assert.equal((await person.signIn(email)).status, 200)
  await lonely.stop()
})
