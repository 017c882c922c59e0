import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SessionView } from '@kugelaudio/contract'
import { PASSWORD, Person } from './harness/person.ts'
import { Machine, type Served } from './harness/processes.ts'
import { codeOf } from './harness/totp.ts'

const FIRST = 'the first secret of this server, long enough'
const SECOND = 'the second secret of this server, long enough'
const BOTH = { KUGELAUDIO_SECRET: SECOND, KUGELAUDIO_SECRET_PREVIOUS: FIRST }
const EMAIL = 'careful@example.com'
const COOKIE = 'kugelaudio.session_token'

let machine: Machine
let served: Served
/** Signed in before the secret was changed. */
let visiting: Person
let staying: Person
/** Has given the password and not yet the code. */
let halfway: Person
let totpURI: string
let backupCodes: string[]

before(async () => {
  machine = await Machine.open()
  served = await machine.serve({ KUGELAUDIO_SECRET: FIRST })
  const words = ['account', 'create', '--email', EMAIL, '--name', 'Careful', '--password-stdin']
  assert.equal((await machine.run(words, { input: PASSWORD })).code, 0)
  visiting = new Person(served)
  staying = new Person(served)
  for (const person of [visiting, staying]) assert.equal((await person.signIn(EMAIL)).status, 200)
  ;({ totpURI, backupCodes } = await visiting.post<{ totpURI: string; backupCodes: string[] }>(
    '/api/auth/two-factor/enable',
    { password: PASSWORD },
  ))
  await visiting.post('/api/auth/two-factor/verify-totp', { code: codeOf(totpURI, Date.now()) })
  halfway = new Person(served)
  assert.deepEqual(await (await halfway.signIn(EMAIL)).json(), { signed_in: false, second_factor: ['totp'] })
})
after(() => machine[Symbol.asyncDispose]())

/** The server with other secrets; people go on with the cookies that they have. */
async function restartWith(environment: Record<string, string>): Promise<void> {
  await served.stop()
  served = await machine.serve(environment)
  ;[visiting, staying, halfway] = [visiting, staying, halfway].map(atNewPort) as [Person, Person, Person]
}

function atNewPort({ cookies }: Person): Person {
  const person = new Person(served)
  for (const [name, value] of cookies) person.cookies.set(name, value)
  return person
}

const doctorsWord = (environment: Record<string, string>) =>
  machine.doctorsWord('second factors', environment)

test('doctor says whose second factors no secret of the server opens, and what to do', async () => {
  const { ok, found } = await doctorsWord({ KUGELAUDIO_SECRET: SECOND })
  assert.equal(ok, false)
  assert.match(found, /^1 were made under another KUGELAUDIO_SECRET.*KUGELAUDIO_SECRET_PREVIOUS/)
  assert.match((await doctorsWord(BOTH)).found, /1 of them by KUGELAUDIO_SECRET_PREVIOUS/)
})

test('with the earlier secret named, whoever is signed in stays so, with a cookie of the new one', async () => {
  await restartWith(BOTH)
  const before = visiting.cookies.get(COOKIE)
  const answer = await visiting.ask('GET', '/v1/session')
  assert.equal(answer.status, 200)
  const [renewed = ''] = answer.headers.getSetCookie()
  assert.match(renewed, /; Max-Age=6\d{5}; Path=\/; HttpOnly; SameSite=Lax$/)
  assert.equal(SessionView.parse(await answer.json()).user.email, EMAIL)
  assert.notEqual(visiting.cookies.get(COOKIE), before)
  assert.deepEqual((await visiting.ask('GET', '/v1/session')).headers.getSetCookie(), [])
})

test('a cookie whose signature no secret of the server has made is none, however many there are', async () => {
  const forger = new Person(served)
  const [token = ''] = decodeURIComponent(staying.cookies.get(COOKIE) ?? '').split('.')
  forger.cookies.set(COOKIE, encodeURIComponent(`${token}.${Buffer.alloc(32).toString('base64')}`))
  const answer = await forger.ask('GET', '/v1/session')
  assert.equal(answer.status, 401)
  assert.deepEqual(answer.headers.getSetCookie(), [])
})

test('a sign-in that was begun under the earlier secret is ended under the new one', async () => {
  const code = codeOf(totpURI, Date.now() + 30_000)
  await halfway.post('/api/auth/two-factor/verify-totp', { code })
  assert.equal((await halfway.ask('GET', '/v1/session')).status, 200)
})

test('second factors are encrypted anew by that start, so the earlier secret may go', async () => {
  assert.deepEqual(await doctorsWord({ KUGELAUDIO_SECRET: SECOND }), {
    name: 'second factors',
    ok: true,
    found: 'all readable',
  })
  await restartWith({ KUGELAUDIO_SECRET: SECOND })
  assert.equal((await visiting.ask('GET', '/v1/session')).status, 200, 'has the new cookie')
  assert.equal((await staying.ask('GET', '/v1/session')).status, 401, 'has not come meanwhile')
  const [recovery = ''] = backupCodes
  const anew = new Person(served)
  await anew.signIn(EMAIL)
  await anew.post('/api/auth/two-factor/verify-backup-code', { code: recovery })
  assert.equal((await anew.ask('GET', '/v1/session')).status, 200)
})

test('signing out under a changed secret leaves no cookie behind', async () => {
  await restartWith({ KUGELAUDIO_SECRET: FIRST, KUGELAUDIO_SECRET_PREVIOUS: SECOND })
  await visiting.post('/api/auth/sign-out')
  assert.equal(visiting.cookies.has(COOKIE), false)
})

test('no secret of the server has been printed', () => {
  for (const secret of [FIRST, SECOND]) assert.ok(!machine.printed.join('').includes(secret))
})
