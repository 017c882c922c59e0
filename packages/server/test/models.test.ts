import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const PAGE_ANSWER =
  '{"models":[{"id":"kugel-3","model_id":"kugel-3","name":"Kugel 3","max_input_length":10000,"sample_rate":24000}]}'

test('GET /v1/models answers exactly what the authentication page shows', async () => {
  const { key } = await server.createKey()
  const answer = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.match(answer.headers.get('x-request-id') ?? '', /^req_/)
  assert.equal(await answer.text(), PAGE_ANSWER)
})
