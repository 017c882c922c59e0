import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SessionView } from '@kugelaudio/contract'
import { eventOf, eventsOf } from './harness/audit.ts'
import { PASSWORD, Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'
import { codeOf } from './harness/totp.ts'

const OTHER = 'nine purple bicycles sing'
const WRONG = 'not the one at all'
const HOME = '203.0.113.7'
const AWAY = '198.51.100.9'

let server: TestServer
before(async () => {
  server = await startServer({
    environment: { KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.0/8' },
    abuseLimits: { lettersPerMinute: 100, signInFailuresPerMinute: 1_000 },
  })
})
after(() => server.stop())

/** Somebody with an account; each test has its own. */
async function make(email: string): Promise<{ accountId: string; userId: string }> {
  const made = await server.operator.accounts.create({
    email,
    name: 'Somebody',
    plan: null,
    password: PASSWORD,
  })
  return { accountId: made.account_id, userId: made.user_id }
}

/** Signs in from an address. */
const signIn = (person: Person, email: string, password: string, address: string): Promise<Response> =>
  person.ask('POST', '/api/auth/sign-in/email', {
    body: { email, password },
    headers: { 'x-forwarded-for': address },
  })

async function signedIn(email: string, password = PASSWORD, address = HOME): Promise<Person> {
  const person = new Person(server)
  assert.equal((await signIn(person, email, password, address)).status, 200)
  return person
}

const actionsOf = async (accountId: string): Promise<string[]> =>
  (await eventsOf(server, { accountId })).map(({ action }) => action)

test('who signs in, and how sessions end, is in the log of the account that they act for', async () => {
  const { accountId, userId } = await make('ada@example.com')
  const person = await signedIn('ada@example.com')
  const { id } = SessionView.parse(await person.get('/v1/session'))
  const opened = await eventOf(server, 'session.opened', { accountId })
  assert.deepEqual(
    [opened.actor, opened.target, opened.address, opened.details],
    [`member:${userId}`, id, HOME, { by: 'password' }],
  )
  assert.match(opened.request_id ?? '', /^req_/)
  await person.post('/api/auth/sign-out')
  const ended = await eventOf(server, 'session.ended', { accountId })
  assert.deepEqual([ended.actor, ended.target], [`member:${userId}`, id])
  const elsewhere = await signedIn('ada@example.com')
  const here = await signedIn('ada@example.com')
  const gone = SessionView.parse(await elsewhere.get('/v1/session')).id
  await here.post('/v1/sessions/end', { everywhere: false })
  const targets = (await eventsOf(server, { accountId, action: 'session.ended' })).map(({ target }) => target)
  assert.deepEqual(targets, [id, gone])
})

test('passwords, second factors and recovery codes: each change is in the log once, and no secret is', async () => {
  const { accountId, userId } = await make('careful@example.com')
  const person = await signedIn('careful@example.com')
  const { totpURI, backupCodes } = await person.post<{ totpURI: string; backupCodes: string[] }>(
    '/api/auth/two-factor/enable',
    { password: PASSWORD },
  )
  const at = Date.now()
  await person.post('/api/auth/two-factor/verify-totp', { code: codeOf(totpURI, at) })
  const again = await signedIn('careful@example.com')
  const code = codeOf(totpURI, at + 30_000)
  await again.post('/api/auth/two-factor/verify-totp', { code })
  const lost = await signedIn('careful@example.com')
  const [recovery = ''] = backupCodes
  await lost.post('/api/auth/two-factor/verify-backup-code', { code: recovery })
  await lost.post('/api/auth/two-factor/generate-backup-codes', { password: PASSWORD })
  await lost.post('/api/auth/two-factor/disable', { password: PASSWORD })
  const change = { currentPassword: PASSWORD, newPassword: OTHER }
  await lost.post('/api/auth/change-password', change)
  const events = await eventsOf(server, { accountId })
  assert.deepEqual(
    events.slice(1).map(({ action, details }) => [action, details['by'] ?? null]),
    [
      ['session.opened', 'password'],
      ['second_factor.added', null],
      ['session.opened', 'one-time code'],
      ['session.opened', 'recovery code'],
      ['recovery_codes.replaced', null],
      ['second_factor.removed', null],
      ['password.changed', null],
    ],
  )
  for (const { actor } of events.slice(1)) assert.equal(actor, `member:${userId}`)
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  const token = decodeURIComponent(lost.cookies.get('kugelaudio.session_token') ?? '').split('.')[0] ?? ''
  for (const hidden of [PASSWORD, OTHER, recovery, secret, token])
    assert.ok(!JSON.stringify(events).includes(hidden))
})

test('a password that is reset by a link is in the log: who made the link, and that it was used', async () => {
  const { accountId, userId } = await make('forgets@example.com')
  const { url } = await server.operator.resetLink('forgets@example.com')
  const asked = await eventOf(server, 'password.reset_asked', { accountId })
  assert.deepEqual([asked.actor, asked.target], ['operator', userId])
  const token = new URL(url).hash.slice(1)
  await new Person(server).post('/api/auth/reset-password', { token, newPassword: OTHER })
  const reset = await eventOf(server, 'password.reset', { accountId })
  assert.deepEqual([reset.actor, reset.target], ['anyone', userId])
  assert.ok(!JSON.stringify(await eventsOf(server, { accountId })).includes(token))
})

test('refused sign-ins are counted by person, in the log of their account; those of nobody only the operator sees', async () => {
  const { accountId, userId } = await make('target@example.com')
  const other = await make('bystander@example.com')
  const guesser = new Person(server)
  for (let guess = 0; guess < 3; guess++)
    assert.equal((await signIn(guesser, 'target@example.com', WRONG, AWAY)).status, 401)
  await signIn(guesser, 'bystander@example.com', WRONG, AWAY)
  await signIn(guesser, 'nobody@example.com', WRONG, AWAY)
  const refused = await eventsOf(server, { accountId, action: 'access.refused' })
  for (const { actor, target, address, details } of refused) {
    assert.deepEqual([actor, target, address], ['anyone', userId, AWAY])
    assert.deepEqual([details['reason'], details['route']], ['invalid email or password', 'signIn'])
  }
  assert.equal(
    refused.reduce((count, { details }) => count + Number(details['count']), 0),
    3,
  )
  const beside = await eventOf(server, 'access.refused', { accountId: other.accountId })
  assert.equal(beside.details['count'], 1)
  const all = await eventsOf(server, { action: 'access.refused' })
  const ofNobody = all.filter(({ account_id, address }) => account_id === null && address === AWAY)
  assert.deepEqual(
    ofNobody.map(({ target }) => target),
    [null],
  )
  assert.ok(!JSON.stringify(all).includes('nobody@example.com'))
})

test('whoever guesses passwords of an address has to wait; its person signs in from where they were', async () => {
  const { accountId } = await make('guessed@example.com')
  await signedIn('guessed@example.com')
  const guesser = new Person(server)
  for (let count = 0; count < 10; count++)
    assert.equal((await signIn(guesser, 'guessed@example.com', WRONG, AWAY)).status, 401)
  for (const password of [WRONG, PASSWORD]) {
    const waits = await signIn(guesser, 'guessed@example.com', password, AWAY)
    assert.equal(waits.status, 429, 'nor is the right one tried')
    assert.ok(Number(waits.headers.get('retry-after')) > 0)
    await signedIn('guessed@example.com', PASSWORD, HOME)
  }
  const refused = await eventsOf(server, { accountId, action: 'access.refused' })
  assert.ok(refused.some(({ details }) => details['reason'] === 'too many attempts'))
})

test('an address that nobody has makes its guesser wait just the same', async () => {
  const guesser = new Person(server)
  const answers: string[][] = []
  for (const email of ['waits@example.com', 'no.such.person@example.com']) {
    if (email === 'waits@example.com') await make(email)
    const told: string[] = []
    for (let count = 0; count < 11; count++) {
      const answer = await signIn(guesser, email, WRONG, AWAY)
      told.push(`${answer.status} ${await answer.text()}`)
    }
    answers.push(told)
  }
  assert.deepEqual(answers[0], answers[1])
  assert.match(answers[0]?.at(-1) ?? '', /^429 /)
})

test('a guesser does not keep a person waiting who has chosen a new password by a link', async () => {
  await make('travels@example.com')
  const guesser = new Person(server)
  for (let count = 0; count < 10; count++) await signIn(guesser, 'travels@example.com', WRONG, AWAY)
  assert.equal((await signIn(new Person(server), 'travels@example.com', PASSWORD, HOME)).status, 429)
  const { url } = await server.operator.resetLink('travels@example.com')
  const token = new URL(url).hash.slice(1)
  await new Person(server).post('/api/auth/reset-password', { token, newPassword: OTHER })
  await signedIn('travels@example.com', OTHER)
})

test('a new password, and a new second factor, leave the person in the account that they were acting for', async () => {
  const { accountId: own } = await make('two@example.com')
  const { userId } = await make('third@example.com')
  const host = await make('host@example.com')
  await server.operator.store.query
    .insertInto('member')
    .values({
      account_id: host.accountId,
      user_id: userId,
      role: 'viewer',
      created_at: server.clock.nowMs() + 1,
    })
    .execute()
  const person = await signedIn('third@example.com')
  const active = async () => SessionView.parse(await person.get('/v1/session')).account?.id
  assert.notEqual(await active(), host.accountId)
  const changed = await person.ask('PATCH', '/v1/session', { body: { account_id: host.accountId } })
  assert.equal(changed.status, 200)
  await person.post('/api/auth/change-password', { currentPassword: PASSWORD, newPassword: OTHER })
  assert.equal(await active(), host.accountId)
  const { totpURI } = await person.post<{ totpURI: string }>('/api/auth/two-factor/enable', {
    password: OTHER,
  })
  await person.post('/api/auth/two-factor/verify-totp', { code: codeOf(totpURI, Date.now()) })
  assert.equal(await active(), host.accountId)
  assert.ok((await actionsOf(host.accountId)).includes('password.changed'))
  assert.ok(!(await actionsOf(own)).includes('password.changed'))
})
