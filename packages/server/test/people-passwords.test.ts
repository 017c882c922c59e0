import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { after, before, test } from 'node:test'
import { SessionView } from '@kugelaudio/contract'
import { MailSink } from './harness/mail-sink.ts'
import { PASSWORD, Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'
import { codeOf } from './harness/totp.ts'

const OTHER = 'nine purple bicycles sing'
const limits = { signUpsPerMinute: 100, lettersPerMinute: 100, signInFailuresPerMinute: 100 }

let server: TestServer
let mailing: TestServer
let sink: MailSink
before(async () => {
  sink = await MailSink.start()
  const environment = { KUGELAUDIO_SMTP_URL: sink.url, KUGELAUDIO_MAIL_FROM: 'people@example.com' }
  server = await startServer({ abuseLimits: limits })
  mailing = await startServer({ environment, abuseLimits: limits })
})
after(async () => {
  await server.stop()
  await mailing.stop()
  sink.stop()
})

/** Somebody with an account and a password, signed in. */
async function somebody(at: TestServer, email: string): Promise<Person> {
  await at.operator.accounts.create({ email, name: 'Somebody', plan: null, password: PASSWORD })
  const person = new Person(at)
  assert.equal((await person.signIn(email)).status, 200)
  return person
}

/** The token of the newest letter to an address. */
async function letterTo(email: string): Promise<{ subject: string; token: string }> {
  await mailing.serving.flush()
  const mail = sink.mails.findLast(({ to }) => to.includes(email))
  assert.ok(mail, `no letter to ${email}`)
  const text = mail.text.replaceAll('=\n', '').replaceAll('=3D', '=')
  return { subject: /^Subject: (.*)$/m.exec(text)?.[1] ?? '', token: /#(\S+)/.exec(text)?.[1] ?? '' }
}

test('without mail the operator makes a link, which works once and ends all sessions', async () => {
  const person = await somebody(server, 'lost@example.com')
  assert.deepEqual(
    await new Person(server).post('/api/auth/request-password-reset', { email: 'lost@example.com' }, 202),
    { next: 'operator' },
  )
  const { url } = await server.operator.resetLink('Lost@example.com')
  const token = new URL(url).hash.slice(1)
  const anew = new Person(server)
  await anew.post('/api/auth/reset-password', { token, newPassword: 'passwordpassword' }, 400)
  await anew.post('/api/auth/reset-password', { token, newPassword: OTHER })
  await anew.post('/api/auth/reset-password', { token, newPassword: PASSWORD }, 400)
  assert.equal((await person.ask('GET', '/v1/session')).status, 401)
  assert.equal((await anew.signIn('lost@example.com')).status, 401)
  assert.equal((await anew.signIn('lost@example.com', OTHER)).status, 200)
  await assert.rejects(server.operator.resetLink('nobody@example.com'), /Nobody has this address/)
})

test('whoever was made without a password gets one by such a link', async () => {
  const { url } = await server.operator.resetLink(server.account.email)
  const person = new Person(server)
  await person.post('/api/auth/reset-password', { token: new URL(url).hash.slice(1), newPassword: OTHER })
  assert.equal((await person.signIn(server.account.email, OTHER)).status, 200)
})

test('a link for a new password is mailed to whoever has an account, and the answer is the same to all', async () => {
  await somebody(mailing, 'known@example.com')
  const before = sink.mails.length
  for (const email of ['unknown@example.com', 'known@example.com'])
    assert.deepEqual(await new Person(mailing).post('/api/auth/request-password-reset', { email }, 202), {
      next: 'inbox',
    })
  await mailing.serving.flush()
  assert.deepEqual(
    sink.mails.slice(before).flatMap(({ to }) => to),
    ['known@example.com'],
  )
  const { token } = await letterTo('known@example.com')
  await new Person(mailing).post('/api/auth/reset-password', { token, newPassword: OTHER })
  assert.equal((await new Person(mailing).signIn('known@example.com', OTHER)).status, 200)
})

test('no answer waits for a letter, which only known addresses are sent: not to a new password, not to signing up', async () => {
  await somebody(mailing, 'timed@example.com')
  await mailing.serving.flush()
  const before = sink.mails.length
  const { promise, resolve: open } = Promise.withResolvers<void>()
  sink.opens = promise
  for (const email of ['timed@example.com', 'untimed@example.com']) {
    const wish = { name: 'Tim', email, password: PASSWORD }
    const told = [
      await new Person(mailing).post('/api/auth/request-password-reset', { email }, 202),
      await new Person(mailing).post('/api/auth/sign-up/email', wish, 202),
    ]
    assert.deepEqual(told, [{ next: 'inbox' }, { next: 'inbox' }])
  }
  assert.equal(sink.mails.length, before)
  open()
  await mailing.serving.flush()
  assert.deepEqual(
    sink.mails
      .slice(before)
      .flatMap(({ to }) => to)
      .sort(),
    ['timed@example.com', 'timed@example.com', 'untimed@example.com'],
  )
})

test('links in letters lead to us, whatever name a request gives us', async () => {
  await somebody(mailing, 'hosted@example.com')
  const headers = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'content-type': 'application/json',
  }
  const asked = request(`${mailing.url}/api/auth/request-password-reset`, { method: 'POST', headers })
  asked.end(JSON.stringify({ email: 'hosted@example.com' }))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(answer.resume().statusCode, 202)
  await letterTo('hosted@example.com')
  const text = sink.mails.at(-1)?.text.replaceAll('=\n', '') ?? ''
  assert.ok(text.includes(`${mailing.url}/dashboard/reset#`), text)
})

test('where letters are sent, nobody signs in before the address is confirmed, and signing up twice looks the same', async () => {
  const wish = { name: 'Vera', email: 'vera@example.com', password: PASSWORD }
  const person = new Person(mailing)
  assert.deepEqual(await person.post('/api/auth/sign-up/email', wish, 202), { next: 'inbox' })
  const refused = await person.signIn(wish.email)
  assert.match(await refused.text(), /Confirm your e-mail address first/)
  assert.equal(refused.status, 401)
  const { token } = await letterTo(wish.email)
  await person.post('/v1/verify-email', { token: `${token}x` }, 401)
  assert.deepEqual(await person.post('/v1/verify-email', { token }), { done: true })
  assert.equal((await person.signIn(wish.email)).status, 200)
  assert.deepEqual(await new Person(mailing).post('/api/auth/sign-up/email', wish, 202), { next: 'inbox' })
  assert.match((await letterTo(wish.email)).subject, /You have an account already/)
})

test('a new password takes the old one, and ends the sessions elsewhere', async () => {
  const person = await somebody(server, 'changes@example.com')
  const elsewhere = new Person(server)
  await elsewhere.signIn('changes@example.com')
  const change = (currentPassword: string, newPassword: string) =>
    person.ask('POST', '/api/auth/change-password', { body: { currentPassword, newPassword } })
  assert.equal((await change('not the old one', OTHER)).status, 401)
  assert.equal((await change(PASSWORD, 'too short')).status, 400)
  assert.equal((await change(PASSWORD, OTHER)).status, 200)
  assert.equal((await elsewhere.ask('GET', '/v1/session')).status, 401)
  assert.equal((await person.ask('GET', '/v1/session')).status, 200)
  assert.equal((await new Person(server).signIn('changes@example.com', OTHER)).status, 200)
})

test('with a second factor a password alone signs nobody in; each code works once, each recovery code too', async () => {
  const email = 'careful@example.com'
  const person = await somebody(server, email)
  const { totpURI, backupCodes } = await person.post<{ totpURI: string; backupCodes: string[] }>(
    '/api/auth/two-factor/enable',
    { password: PASSWORD },
  )
  assert.equal(backupCodes.length, 10)
  // Not in force before the app has shown that it has the secret.
  assert.equal((await new Person(server).signIn(email)).status, 200)
  await person.post('/api/auth/two-factor/verify-totp', { code: '000000' }, 401)
  const setUpAt = Date.now()
  await person.post('/api/auth/two-factor/verify-totp', { code: codeOf(totpURI, setUpAt) })
  assert.equal(SessionView.parse(await person.get('/v1/session')).user.second_factor, true)

  const again = new Person(server)
  assert.deepEqual(await (await again.signIn(email)).json(), { signed_in: false, second_factor: ['totp'] })
  assert.equal((await again.ask('GET', '/v1/session')).status, 401)
  // The next code is taken ahead of its time: clocks differ.
  const code = codeOf(totpURI, setUpAt + 30_000)
  await again.post('/api/auth/two-factor/verify-totp', { code })
  assert.equal((await again.ask('GET', '/v1/session')).status, 200)

  const thief = new Person(server)
  await thief.signIn(email)
  const refused = await thief.ask('POST', '/api/auth/two-factor/verify-totp', { body: { code } })
  assert.equal(refused.status, 401)
  assert.equal((await thief.ask('GET', '/v1/session')).status, 401)

  const [recovery = ''] = backupCodes
  const lost = new Person(server)
  await lost.signIn(email)
  await lost.post('/api/auth/two-factor/verify-backup-code', { code: recovery })
  assert.equal((await lost.ask('GET', '/v1/session')).status, 200)
  const twice = new Person(server)
  await twice.signIn(email)
  await twice.post('/api/auth/two-factor/verify-backup-code', { code: recovery }, 401)
  await person.post('/api/auth/two-factor/disable', { password: 'not the one' }, 401)
  await person.post('/api/auth/two-factor/disable', { password: PASSWORD })
  assert.deepEqual(await (await new Person(server).signIn(email)).json(), { signed_in: true })
})

test('whoever guesses codes has to begin again after a few', async () => {
  const email = 'guessed@example.com'
  const person = await somebody(server, email)
  const { totpURI } = await person.post<{ totpURI: string }>('/api/auth/two-factor/enable', {
    password: PASSWORD,
  })
  await person.post('/api/auth/two-factor/verify-totp', { code: codeOf(totpURI, Date.now()) })
  const guesser = new Person(server)
  await guesser.signIn(email)
  for (let guess = 0; guess < 5; guess++)
    await guesser.post('/api/auth/two-factor/verify-totp', { code: '000000' }, 401)
  const right = codeOf(totpURI, Date.now() + 30_000)
  const refused = await guesser.ask('POST', '/api/auth/two-factor/verify-totp', { body: { code: right } })
  assert.equal(refused.status, 401, await refused.text())
})
