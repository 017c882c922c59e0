import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SessionView, Setup } from '@kugelaudio/contract'
import { PASSWORD, Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let hashes = 0
before(async () => {
  server = await startServer({
    hashedPassword: () => void hashes++,
    abuseLimits: { signUpsPerMinute: 100, signInFailuresPerMinute: 100 },
  })
  const ada = { email: 'ada@example.com', name: 'Ada', plan: null, password: PASSWORD }
  await server.operator.accounts.create(ada)
})
after(() => server.stop())

async function hashesOf(work: () => Promise<unknown>): Promise<number> {
  hashes = 0
  await work()
  return hashes
}

test('whoever was made on the command line signs in with that password, sees the account, and signs out', async () => {
  const ada = new Person(server)
  const answer = await ada.signIn('Ada@Example.com')
  assert.equal(answer.status, 200, await answer.clone().text())
  assert.deepEqual(await answer.json(), { signed_in: true })
  const [cookie = ''] = answer.headers.getSetCookie()
  assert.match(cookie, /^kugelaudio\.session_token=/)
  assert.match(cookie, /; HttpOnly/)
  assert.match(cookie, /; SameSite=Lax/)
  assert.doesNotMatch(cookie, /Secure/)
  const view = SessionView.strict().parse(await ada.get('/v1/session'))
  assert.equal(view.user.email, 'ada@example.com')
  assert.equal(view.account?.role, 'owner')
  assert.equal(view.account?.operator, false)
  await ada.post('/api/auth/sign-out')
  assert.equal(ada.cookies.has('kugelaudio.session_token'), false)
})

test('a session that has signed out is dead although its cookie is kept', async () => {
  const ada = new Person(server)
  await ada.signIn('ada@example.com')
  const kept = new Map(ada.cookies)
  await ada.post('/api/auth/sign-out')
  for (const [name, value] of kept) ada.cookies.set(name, value)
  assert.equal((await ada.ask('GET', '/v1/session')).status, 401)
})

test('a session ends after a week', async () => {
  const ada = new Person(server)
  await ada.signIn('ada@example.com')
  server.clock.advance(7 * 86_400_000 - 60_000)
  assert.equal((await ada.ask('GET', '/v1/session')).status, 200)
  server.clock.advance(60_000)
  assert.equal((await ada.ask('GET', '/v1/session')).status, 401)
})

test('a cookie that the server has not signed is no session', async () => {
  const ada = new Person(server)
  await ada.signIn('ada@example.com')
  const value = ada.cookies.get('kugelaudio.session_token') ?? ''
  for (const forged of [
    value.slice(0, -8),
    value.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')),
    '%',
    'a.b',
    '.',
  ]) {
    ada.cookies.set('kugelaudio.session_token', forged)
    assert.equal((await ada.ask('GET', '/v1/session')).status, 401, forged)
  }
})

test('a wrong password and an address without an account get the same answer after the same work', async () => {
  const tried = new Person(server)
  let wrong: string[] = []
  const ofKnown = await hashesOf(async () => {
    wrong = await told(await tried.signIn('ada@example.com', 'not the one at all'))
  })
  let unknown: string[] = []
  const ofUnknown = await hashesOf(async () => {
    unknown = await told(await tried.signIn('nobody@example.com', 'not the one at all'))
  })
  assert.deepEqual(wrong, [
    '401',
    '{"error":"E-mail or password is wrong","error_code":"SIGN_IN_FAILED","code":401}',
  ])
  assert.deepEqual(unknown, wrong)
  assert.equal(ofKnown, 1)
  assert.equal(ofUnknown, ofKnown)
})

test('signing up is answered the same, after the same work, whether or not the address has an account', async () => {
  const wish = { name: 'Grace', email: 'grace@example.com', password: PASSWORD }
  const first = new Person(server)
  let made: string[] = []
  const ofNew = await hashesOf(async () => {
    made = await told(await first.ask('POST', '/api/auth/sign-up/email', { body: wish }))
  })
  let again: string[] = []
  const ofTaken = await hashesOf(async () => {
    const body = { ...wish, password: 'another good long one' }
    again = await told(await first.ask('POST', '/api/auth/sign-up/email', { body }))
  })
  assert.deepEqual(made, ['202', '{"next":"sign_in"}'])
  assert.deepEqual(again, made)
  assert.equal(ofNew, 1)
  assert.equal(ofTaken, ofNew)
  assert.equal(first.cookies.size, 0)
  assert.equal((await first.signIn(wish.email)).status, 200)
  assert.equal((await new Person(server).signIn(wish.email, 'another good long one')).status, 401)
  const { account } = SessionView.parse(await first.get('/v1/session'))
  assert.deepEqual([account?.role, account?.plan, account?.operator], ['owner', 'free', false])
})

test('passwords that everybody tries first, and short ones, are refused with what to do', async () => {
  const refused: [password: string, why: RegExp][] = [
    ['fourteen chars', /15 to 256 characters/],
    ['x'.repeat(257), /15 to 256 characters/],
    ['passwordpassword', /known passwords/],
    ['123456789012345678', /known passwords/],
    ['kugelaudiokugelaudio', /known passwords/],
    ['margaret.hamilton@example.com', /known passwords/],
  ]
  for (const [password, why] of refused) {
    const body = { name: 'Margaret Hamilton', email: 'margaret.hamilton@example.com', password }
    const answer = await new Person(server).ask('POST', '/api/auth/sign-up/email', { body })
    const text = await answer.text()
    assert.equal(answer.status, 400, text)
    assert.match(text, why)
  }
})

test('a password may be any sentence: spaces, other alphabets, 256 characters', async () => {
  for (const [index, password] of [
    'ein Satz, der mir gehört',
    '長い文章のパスワードは安全です、本当に',
    'Zq7 '.repeat(2) + 'kettle lantern '.repeat(16).slice(0, 248),
  ].entries()) {
    const email = `sentence${index}@example.com`
    const person = new Person(server)
    const made = await person.ask('POST', '/api/auth/sign-up/email', { body: { name: 'S', email, password } })
    assert.equal(made.status, 202, await made.text())
    assert.equal((await person.signIn(email, password)).status, 200)
  }
})

test('a page of another origin can neither sign in nor use a session', async () => {
  const ada = new Person(server)
  const origin = 'https://evil.example'
  const body = { email: 'ada@example.com', password: PASSWORD }
  assert.equal((await ada.ask('POST', '/api/auth/sign-in/email', { body, origin })).status, 403)
  await ada.signIn('ada@example.com')
  assert.equal((await ada.ask('GET', '/v1/session', { origin })).status, 403)
  assert.equal((await ada.ask('POST', '/api/auth/sign-out', { origin })).status, 403)
  assert.equal((await ada.ask('POST', '/v1/api-keys', { body: { name: 'stolen' }, origin })).status, 403)
  assert.equal(
    (await ada.ask('POST', '/v1/api-keys', { body: { name: 'stolen' }, origin: null })).status,
    403,
  )
  const headers = { 'sec-fetch-site': 'cross-site' }
  assert.equal((await ada.ask('GET', '/v1/session', { origin: null, headers })).status, 403)
  assert.equal((await ada.ask('GET', '/v1/session', { origin: null })).status, 200)
})

test('a session opens no socket', async () => {
  const ada = new Person(server)
  await ada.signIn('ada@example.com')
  const headers = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13' }
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    request(`${server.url}/ws/tts`, {
      headers: { ...headers, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', cookie: ada.cookieHeader },
    })
      .on('response', ({ statusCode }) => resolve(statusCode))
      .on('upgrade', () => resolve(101))
      .on('error', reject)
      .end()
  })
  assert.equal(status, 401)
})

test('Better Auth is reached by the routes of the contract alone', async () => {
  const ada = new Person(server)
  await ada.signIn('ada@example.com')
  for (const [method, path] of [
    ['GET', '/api/auth/ok'],
    ['GET', '/api/auth/get-session'],
    ['GET', '/api/auth/list-sessions'],
    ['POST', '/api/auth/delete-user'],
    ['POST', '/api/auth/change-email'],
    ['POST', '/api/auth/sign-in/social'],
    ['POST', '/api/auth/update-session'],
    ['GET', '/api/auth/error'],
  ] as const)
    assert.equal((await ada.ask(method, path, method === 'POST' ? { body: {} } : {})).status, 404, path)
})

test('keys are made by a member who has signed in within ten minutes, or confirms it', async () => {
  const ada = new Person(server)
  await ada.signIn('ada@example.com')
  const made = await ada.post<{ created_by: string }>('/v1/api-keys', { name: 'First' }, 201)
  assert.match(made.created_by, /^member:usr_/)
  server.clock.advance(600_000)
  const late = await ada.post('/v1/api-keys', { name: 'Second' }, 403)
  assert.equal(late['error_code'], 'REAUTHENTICATION_REQUIRED')
  assert.equal((await ada.ask('GET', '/v1/api-keys')).status, 200)
  const wrong = await ada.post('/v1/session/confirm', { password: 'not the one at all' }, 401)
  assert.equal(wrong['error_code'], 'SIGN_IN_FAILED')
  await ada.post('/v1/api-keys', { name: 'Second' }, 403)
  SessionView.parse(await ada.post('/v1/session/confirm', { password: PASSWORD }))
  await ada.post('/v1/api-keys', { name: 'Second' }, 201)
})

test('who has an account already is not asked to set up', async () => {
  const setup = Setup.strict().parse(await new Person(server).get('/v1/setup'))
  assert.deepEqual(
    [setup.needed, setup.code_required, setup.sign_up, setup.mail],
    [false, false, 'open', false],
  )
  const body = { name: 'Eve', email: 'eve@example.com', password: PASSWORD }
  await new Person(server).post('/v1/setup', body, 404)
})

const told = async (answer: Response): Promise<string[]> => [String(answer.status), await answer.text()]
