import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KeyWithSecret } from '@kugelaudio/contract'
import { WebSocket } from 'ws'
import { Machine, type Served } from './harness/processes.ts'
import { exchange, type RawAnswer, requestText } from './harness/raw-http.ts'

/** Words of a text that is spoken: no log may hold them. */
const SPOKEN = 'confidential wording'

let machine: Machine
let served: Served
const keys: string[] = []
/** Everything that callers got back. */
const answers: RawAnswer[] = []
/** What frames and close reasons of sockets said. */
const frames: string[] = []

before(async () => {
  machine = await Machine.open({ KUGELAUDIO_LOG_LEVEL: 'debug' })
  const good = await machine.createKey('good')
  const managing = await machine.createKey('managing', ['--scopes', 'keys:manage'])
  const revoked = await machine.createKey('revoked')
  const expiring = await machine.createKey('expiring', ['--expires-in', '1m'])
  for (const { key } of [good, managing, revoked, expiring]) keys.push(key)
  served = await machine.serve()
  await machine.json(['key', 'revoke', revoked.id])
  await machine.run(['key', 'list'])
  await machine.run(['doctor'])
  await machine.run(['key', 'revoke', good.key])
  await machine.run(['key', 'list', '--account', good.key])
  for (const { key } of [good, revoked]) for (const request of requestsWith(key)) await ask(request)
  await ask(requestText('GET /v1/api-keys HTTP/1.1', [`X-API-Key: ${managing.key}`]))
  await ask(requestText(`POST /v1/api-keys/${good.id}/revoke HTTP/1.1`, [`X-API-Key: ${managing.key}`], ''))
  for (const { key } of [managing, revoked, expiring]) await listen(`/ws/tts?api_key=${key}`)
  await listen(`/ws/nowhere?api_key=${expiring.key}`)
  await listen(`/ws/tts?api_key=${expiring.key}&api_key=${managing.key}`)
  await listen(`/ws/tts?api_key=${expiring.key.slice(0, -1)}x`, { origin: 'https://example.com' })
  await served.stop()
})
after(() => machine[Symbol.asyncDispose]())

/** A key in every place where a caller may put it, the right ones and the wrong ones. */
function requestsWith(key: string): string[] {
  const json = 'Content-Type: application/json'
  const generate = (body: object, ...headers: string[]): string =>
    requestText('POST /v1/tts/generate HTTP/1.1', [json, ...headers], JSON.stringify(body))
  return [
    requestText('GET /v1/models HTTP/1.1', [`Authorization: Bearer ${key}`]),
    requestText('GET /v1/models HTTP/1.1', [`Authorization: Basic ${key}`]),
    requestText('GET /v1/models HTTP/1.1', [`Authorization: ${key}`]),
    requestText('GET /v1/models HTTP/1.1', [`Authorization: Bearer ${key} ${key}`]),
    requestText('GET /v1/models HTTP/1.1', [`Authorization: Bearer ${key}`, 'X-API-Key: other']),
    requestText(`GET /v1/models?api_key=${key} HTTP/1.1`),
    requestText(`GET /v1/models HTTP/1.1`, [
      `User-Agent: ${key}`,
      `Referer: https://x/?k=${key}`,
      `X-Request-Id: ${key}`,
    ]),
    requestText(`GET /${key} HTTP/1.1`),
    requestText(`GET /v1/api-keys/${key} HTTP/1.1`, [`X-API-Key: ${key}`]),
    requestText(`${key} / HTTP/1.1`),
    requestText(`GET /v1/models?${key} HTTP/1.1`, [`Host: ${key}`]),
    requestText('GET /v1/models HTTP/1.1', [`${key}`]),
    generate({ text: SPOKEN }, `X-API-Key: ${key}`),
    generate({ text: '#fail' }, `X-API-Key: ${key}`),
    generate({ text: `${SPOKEN} #fail` }, `X-API-Key: ${key}`),
    generate({ text: `${SPOKEN} ${'word '.repeat(40)}. #crash` }, `X-API-Key: ${key}`),
    generate({ text: SPOKEN, [key]: key }, `X-API-Key: ${key}`),
    generate({ text: SPOKEN, model_id: key, voice_id: key, language: key }, `X-API-Key: ${key}`),
    generate({ text: SPOKEN, voice_id: key }, `X-API-Key: ${key}`),
    generate({ text: SPOKEN, output_format: key.slice(0, 40) }, `X-API-Key: ${key}`),
    requestText('POST /v1/tts/generate HTTP/1.1', [json, `X-API-Key: ${key}`], key),
  ]
}

async function ask(bytes: string): Promise<void> {
  const answer = await exchange(served.url, bytes)
  if (answer !== null) answers.push(answer)
}

/** Opens a socket, says a little, and hears what comes back until it is closed. */
async function listen(path: string, options: { origin?: string } = {}): Promise<void> {
  const socket = new WebSocket(served.url.replace('http', 'ws') + path, options)
  socket.on('open', () => socket.send(JSON.stringify({ text: SPOKEN, voice_id: 'nobody' })))
  socket.on('message', (data) => {
    frames.push(String(data))
    socket.close()
  })
  socket.on('unexpected-response', (_, response) => {
    frames.push(JSON.stringify(response.headers))
    response.on('data', (chunk) => frames.push(String(chunk)))
    response.on('end', () => socket.terminate())
  })
  socket.on('error', () => {})
  await new Promise<void>((resolve) => {
    socket.on('close', (_, reason) => {
      frames.push(String(reason))
      resolve()
    })
  })
}

/** Where a key, or more than half of it, stands in a text. */
const leaksIn = (text: string): number =>
  keys.filter((key) => text.includes(key.slice(0, 27)) || text.includes(key.slice(22))).length

test('the run has shown what is looked for here: accepted, refused and failed calls', () => {
  const statuses = new Set(answers.map(({ status }) => status))
  for (const status of [200, 400, 401, 404, 503])
    assert.ok(statuses.has(status), `${status} of ${[...statuses]}`)
  assert.ok(frames.length > 5)
  assert.ok(served.lines.length > 30)
})

test('no line of the server’s log holds a key', () => {
  for (const line of served.lines) assert.equal(leaksIn(JSON.stringify(line)), 0, String(line['msg']))
})

test('of all that was printed, only the answers that made the keys hold them', () => {
  const printed = machine.printed.join('')
  for (const key of keys) {
    const times = printed.split(key).length - 1
    assert.equal(times, 1, 'a key is printed once')
  }
})

test('no answer holds a key: neither its body nor its headers, nor a frame of a socket', () => {
  for (const { status, headers, body } of answers) {
    assert.equal(leaksIn(JSON.stringify(headers) + body), 0, `an answer with ${status}`)
  }
  for (const frame of frames) assert.equal(leaksIn(frame), 0)
})

test('every line of the log is one JSON value with a time and a level', () => {
  for (const line of served.lines) {
    assert.equal(typeof line['level'], 'number')
    assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.equal(typeof line['msg'], 'string')
  }
})

test('standard error has the greeting and nothing else', () => {
  assert.match(served.complaints, /^\s*KugelAudio server: http:\/\/\S+\n(\s+[^\n]+: +http:\/\/\S+\n)*\s*$/)
})

test('no line holds an address that was asked for, nor a word that was spoken', () => {
  for (const line of served.lines) {
    const text = JSON.stringify(line)
    if (line['msg'] !== 'listening') assert.doesNotMatch(text, /https?:\/\/|\/v1\/|\/ws\/|\?/, text)
    assert.ok(!text.includes('confidential'), text)
  }
})

test('the id of a request in the log is the one that its caller was given', () => {
  const logged = new Set(served.lines.map((line) => line['request_id']))
  const given = answers.map(({ headers }) => headers['x-request-id'])
  assert.ok(given.every((id) => id !== undefined))
  const answered = answers.filter(({ status }) => status !== 404 && status !== 405 && status !== 400)
  for (const { status, headers } of answered) assert.ok(logged.has(headers['x-request-id']), `${status}`)
})

test('a key made over HTTP is in its one answer and nowhere else', async () => {
  await using own = await Machine.open({ KUGELAUDIO_LOG_LEVEL: 'debug' })
  const managing = await own.createKey('managing', ['--scopes', 'keys:manage'])
  const running = await own.serve()
  const answer = await fetch(`${running.url}/v1/api-keys`, {
    method: 'POST',
    headers: { 'x-api-key': managing.key, 'content-type': 'application/json' },
    body: '{"name":"made"}',
  })
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const { key, id } = (await answer.json()) as KeyWithSecret
  const seen = await fetch(`${running.url}/v1/api-keys/${id}`, { headers: { 'x-api-key': managing.key } })
  assert.ok(!(await seen.text()).includes(key), 'it is shown a second time')
  await running.stop()
  assert.ok(!own.printed.join('').includes(key), 'it is printed')
})
