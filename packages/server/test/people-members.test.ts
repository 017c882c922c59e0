import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  InvitationView,
  InvitationWithSecret,
  MemberChanged,
  MemberList,
  MemberRemoved,
  PersonSessionList,
  SessionView,
} from '@kugelaudio/contract'
import { eventOf } from './harness/audit.ts'
import { memberOf, PASSWORD, Person, sessionFor } from './harness/person.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let owner: Awaited<ReturnType<typeof memberOf>>
before(async () => {
  server = await startServer({ abuseLimits: { signUpsPerMinute: 100 } })
  owner = await memberOf(server, { role: 'owner' })
})
after(() => server.stop())

const invite = async (email: string, role = 'developer'): Promise<InvitationWithSecret> =>
  InvitationWithSecret.strict().parse(await owner.post('/v1/invitations', { email, role }, 201))

const secretOf = ({ url }: InvitationWithSecret): string => new URL(url).hash.slice(1)

const rolesOf = async (person: Person): Promise<Record<string, string>> => {
  const { members } = MemberList.strict().parse(await person.get('/v1/members'))
  return Object.fromEntries(members.map(({ user_id, role }) => [user_id, role]))
}

test('somebody new signs up by an invitation, into its account and role, and into no other', async () => {
  const email = 'new@example.com'
  const invitation = secretOf(await invite(email))
  const person = new Person(server)
  const seen = InvitationView.strict().parse(await person.post('/v1/invitations/view', { invitation }))
  assert.deepEqual(seen, { account_name: 'Owner', email, role: 'developer' })
  const wish = { name: 'Neo', email, password: PASSWORD, invitation }
  await person.post('/api/auth/sign-up/email', { ...wish, email: 'other@example.com' }, 400)
  await person.post('/api/auth/sign-up/email', wish, 202)
  await person.signIn(email)
  const { account, accounts, permissions } = SessionView.strict().parse(await person.get('/v1/session'))
  assert.deepEqual([account?.id, account?.role, accounts.length], [server.account.account_id, 'developer', 1])
  assert.ok(permissions.includes('keys:write') && !permissions.includes('members:write'))
  await person.post('/v1/invitations/view', { invitation }, 404)
  assert.deepEqual((await owner.get<{ invitations: unknown[] }>('/v1/invitations')).invitations, [])
  assert.equal(
    (await eventOf(server, 'member.joined')).target,
    (await person.get<SessionView>('/v1/session')).user.id,
  )
})

test('somebody with an account of their own accepts an invitation, once, and acts for either', async () => {
  const email = 'both@example.com'
  const own = await server.createAccount('elsewhere@example.com')
  const person = await memberOf(server, { role: 'owner', accountId: own, email })
  const invitation = secretOf(await invite(email, 'viewer'))
  const another = await memberOf(server, { role: 'owner', accountId: own })
  await another.post('/v1/invitations/accept', { invitation }, 409)
  const joined = await person.post<SessionView>('/v1/invitations/accept', { invitation })
  assert.deepEqual([joined.account?.id, joined.account?.role], [server.account.account_id, 'viewer'])
  await person.post('/v1/invitations/accept', { invitation }, 404)
  await person.post('/v1/api-keys', { name: 'not allowed' }, 403)
  const back = await person.ask('PATCH', '/v1/session', { body: { account_id: own } })
  assert.equal(((await back.json()) as SessionView).account?.role, 'owner')
  const made = await person.post<{ account_id: string }>('/v1/api-keys', { name: 'of the own account' }, 201)
  assert.equal(made.account_id, own)
})

test('an invitation that was taken back, or is a week old, is none', async () => {
  const withdrawn = await invite('withdrawn@example.com')
  assert.equal((await owner.ask('DELETE', `/v1/invitations/${withdrawn.id}`)).status, 200)
  await new Person(server).post('/v1/invitations/view', { invitation: secretOf(withdrawn) }, 404)
  const old = await invite('old@example.com')
  server.clock.advance(7 * 86_400_000)
  await new Person(server).post('/v1/invitations/view', { invitation: secretOf(old) }, 404)
  owner = Object.assign(await sessionFor(server, owner.userId, server.account.account_id), {
    userId: owner.userId,
  })
})

test('another role is in force with the next request, and its receipt says whose', async () => {
  const person = await memberOf(server, { role: 'developer' })
  await person.post('/v1/api-keys', { name: 'while a developer' }, 201)
  const answer = await owner.ask('PATCH', `/v1/members/${person.userId}`, { body: { role: 'viewer' } })
  const { member, receipt } = MemberChanged.strict().parse(await answer.json())
  assert.equal(member.role, 'viewer')
  assert.deepEqual(
    [receipt.change, receipt.user_id, receipt.key_id],
    ['member.role_changed', person.userId, null],
  )
  await person.post('/v1/api-keys', { name: 'not any more' }, 403)
  assert.equal((await person.ask('GET', '/v1/api-keys')).status, 200)
})

test('a removed member has no session and no stream left when the answer comes; the keys stay', async () => {
  const person = await memberOf(server, { role: 'developer' })
  const { id, key } = await person.post<{ id: string; key: string }>('/v1/api-keys', { name: 'stays' }, 201)
  const { token } = await person.post<{ token: string }>('/v1/tokens', { key_id: id, single_use: false }, 201)
  const socket = await SpeakClient.open(server, { query: `?token=${token}` })
  const answer = await owner.ask('DELETE', `/v1/members/${person.userId}`)
  const removed = MemberRemoved.strict().parse(await answer.json())
  assert.deepEqual(
    [removed.sessions_ended, removed.tokens_ended, removed.receipt.change],
    [1, 1, 'member.removed'],
  )
  assert.equal((await person.ask('GET', '/v1/session')).status, 401)
  assert.equal((await person.ask('GET', '/v1/api-keys')).status, 401)
  assert.equal((await socket.closed).code, 4001)
  const models = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal(models.status, 200)
  assert.equal((await rolesOf(owner))[person.userId], undefined)
})

test('whoever is removed from one account keeps what they have elsewhere', async () => {
  const own = await server.createAccount('keeps@example.com')
  const person = await memberOf(server, { role: 'owner', accountId: own, email: 'keeper@example.com' })
  const invitation = secretOf(await invite('keeper@example.com'))
  await person.post('/v1/invitations/accept', { invitation })
  const atHome = await sessionFor(server, person.userId, own)
  assert.equal((await owner.ask('DELETE', `/v1/members/${person.userId}`)).status, 200)
  assert.equal((await person.ask('GET', '/v1/session')).status, 401)
  assert.equal((await atHome.ask('GET', '/v1/api-keys')).status, 200)
})

test('an account keeps an owner, also when its owners leave at once', async () => {
  const accountId = await server.createAccount('alone@example.com')
  const { query } = server.operator.store
  const [first] = await query
    .selectFrom('member')
    .select('user_id')
    .where('account_id', '=', accountId)
    .execute()
  assert.ok(first)
  const one = Object.assign(await sessionFor(server, first.user_id, accountId), { userId: first.user_id })
  const refused = await one.ask('PATCH', `/v1/members/${one.userId}`, { body: { role: 'admin' } })
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { error: string }).error],
    [409, 'An account needs an owner. Make someone else owner first.'],
  )
  const two = await memberOf(server, { role: 'owner', accountId })
  const answers = await Promise.all([
    one.ask('DELETE', `/v1/members/${two.userId}`),
    two.ask('DELETE', `/v1/members/${one.userId}`),
  ])
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  const owners = query.selectFrom('member').selectAll().where('account_id', '=', accountId)
  assert.equal((await owners.execute()).length, 1)
})

test('only an owner makes, changes, removes and invites owners', async () => {
  const admin = await memberOf(server, { role: 'admin' })
  const developer = await memberOf(server, { role: 'developer' })
  const change = (userId: string, role: string) =>
    admin.ask('PATCH', `/v1/members/${userId}`, { body: { role } })
  assert.equal((await change(owner.userId, 'viewer')).status, 403)
  assert.equal((await change(developer.userId, 'owner')).status, 403)
  assert.equal((await change(admin.userId, 'owner')).status, 403)
  assert.equal((await admin.ask('DELETE', `/v1/members/${owner.userId}`)).status, 403)
  await admin.post('/v1/invitations', { email: 'o@example.com', role: 'owner' }, 403)
  assert.equal((await change(developer.userId, 'billing')).status, 200)
  assert.equal((await rolesOf(owner))[owner.userId], 'owner')
})

test('a person sees where they are signed in, and ends it there, elsewhere, or everywhere', async () => {
  const person = await memberOf(server, { role: 'viewer' })
  const others = []
  for (let count = 0; count < 3; count++)
    others.push(await sessionFor(server, person.userId, server.account.account_id))
  const { sessions } = PersonSessionList.strict().parse(await person.get('/v1/sessions'))
  assert.equal(sessions.length, 4)
  assert.deepEqual(
    sessions.filter(({ is_current }) => is_current).map(({ id }) => id),
    [person.sessionId],
  )
  const ended = await person.ask('DELETE', `/v1/sessions/${others[0]?.sessionId}`)
  assert.deepEqual(await ended.json(), { ended: 1 })
  assert.equal((await others[0]?.ask('GET', '/v1/session'))?.status, 401)
  assert.deepEqual(await person.post('/v1/sessions/end'), { ended: 2 })
  assert.equal((await others[1]?.ask('GET', '/v1/session'))?.status, 401)
  assert.equal((await person.ask('GET', '/v1/session')).status, 200)
  assert.deepEqual(await person.post('/v1/sessions/end', { everywhere: true }), { ended: 1 })
  assert.equal((await person.ask('GET', '/v1/session')).status, 401)
})

test('a member mints tokens only of keys of the account that still work', async () => {
  const person = await memberOf(server, { role: 'developer' })
  await person.post('/v1/tokens', { key_id: 'key_none' }, 404)
  const foreign = await server.createKey({ accountId: await server.createAccount('foreign@example.com') })
  await person.post('/v1/tokens', { key_id: foreign.id }, 403)
  const revoked = await server.createKey()
  await server.revokeKey(revoked.id)
  await person.post('/v1/tokens', { key_id: revoked.id }, 409)
})

test('where sign-up is by invitation, or closed, nobody else gets in', async () => {
  for (const mode of ['invite', 'closed'] as const) {
    const closed = await startServer({ environment: { KUGELAUDIO_SIGNUP: mode } })
    try {
      const chief = await memberOf(closed, { role: 'owner' })
      const wish = { name: 'Uma', email: 'uma@example.com', password: PASSWORD }
      const person = new Person(closed)
      const refused = await person.post('/api/auth/sign-up/email', wish, 403)
      assert.equal(refused['error_code'], 'SIGN_UP_CLOSED')
      const made = await chief.post<InvitationWithSecret>(
        '/v1/invitations',
        { email: wish.email, role: 'viewer' },
        201,
      )
      const status = mode === 'invite' ? 202 : 403
      await person.post('/api/auth/sign-up/email', { ...wish, invitation: secretOf(made) }, status)
    } finally {
      await closed.stop()
    }
  }
})
