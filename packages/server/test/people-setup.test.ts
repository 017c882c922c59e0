import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { SessionView, type Setup } from '@kugelaudio/contract'
import { PASSWORD, Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const OPERATOR = { name: 'Olga', account_name: 'Acme', email: 'olga@example.com', password: PASSWORD }

let server: TestServer
before(async () => {
  server = await startServer({ isEmpty: true, abuseLimits: { signUpsPerMinute: 100 } })
})
after(() => server.stop())

/** Asks under another name for the same address, or through a proxy. */
function askAs(headers: Record<string, string>, body?: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}/v1/setup`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    })
    asked.on('response', async (answer) => {
      let text = ''
      for await (const part of answer) text += part
      resolve({ status: answer.statusCode ?? 0, text })
    })
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const ELSEWHERE: Record<string, string>[] = [
  { host: 'speech.example.com' },
  { 'x-forwarded-for': '203.0.113.7' },
  { forwarded: 'for=203.0.113.7' },
]

test('an empty server says that it wants to be set up, and when that takes the code', async () => {
  const here = await new Person(server).get<Setup>('/v1/setup')
  assert.deepEqual([here.needed, here.code_required], [true, false])
  for (const headers of ELSEWHERE) {
    const there = JSON.parse((await askAs(headers)).text) as Setup
    assert.deepEqual([there.needed, there.code_required], [true, true], JSON.stringify(headers))
  }
})

test('nobody takes an empty server from elsewhere without its code, nor by signing up', async () => {
  for (const headers of ELSEWHERE) {
    for (const code of [undefined, '', 'x'.repeat(16)]) {
      const { status, text } = await askAs(headers, { ...OPERATOR, ...(code === undefined ? {} : { code }) })
      assert.equal(status, 401, text)
      assert.match(text, /setup code is wrong/)
    }
  }
  const body = { name: 'Eve', email: 'eve@example.com', password: PASSWORD }
  assert.equal((await new Person(server).ask('POST', '/api/auth/sign-up/email', { body })).status, 404)
  assert.equal((await new Person(server).get<Setup>('/v1/setup')).needed, true)
})

test('a page of another origin cannot set a server up that runs on the same machine', async () => {
  const answer = await new Person(server).ask('POST', '/v1/setup', {
    body: OPERATOR,
    origin: 'http://evil.example',
  })
  assert.equal(answer.status, 403)
  assert.equal((await new Person(server).get<Setup>('/v1/setup')).needed, true)
})

test('of all who set it up at once one is the operator, signed in on the enterprise plan; then never again', async () => {
  const code = await server.serving.setupCode()
  assert.match(code ?? '', /^[0-9A-Za-z]{16}$/)
  const people = Array.from({ length: 3 }, () => new Person(server))
  const answers = await Promise.all(
    people.map((person, index) =>
      person.ask('POST', '/v1/setup', { body: { ...OPERATOR, email: `olga${index}@example.com`, code } }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 404, 404])
  const operator = people[answers.findIndex(({ status }) => status === 201)]
  assert.ok(operator)
  const { account, user } = SessionView.parse(await operator.get('/v1/session'))
  assert.deepEqual(
    [user.name, account?.name, account?.role, account?.plan, account?.operator],
    ['Olga', 'Acme', 'owner', 'enterprise', true],
  )
  assert.equal(await server.serving.setupCode(), null)
  assert.equal((await askAs({ host: 'speech.example.com' }, { ...OPERATOR, code })).status, 404)
})
