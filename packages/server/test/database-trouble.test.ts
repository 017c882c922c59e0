import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { KeyList } from '@kugelaudio/contract'
import { until } from './engines/harness.ts'
import { untilQuiet } from './harness/account-api.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { holdLock } from './harness/lock-holder.ts'
import { manage, mintToken } from './harness/manage.ts'
import { Machine } from './harness/processes.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

/** So many looks at a held lock that a server which waited in SQLite would have stopped everything for as long. */
const PATIENT_MS = 60_000
/** Long enough for a few looks. */
const IMPATIENT_MS = 20

let patient: TestServer
let impatient: TestServer
before(async () => {
  ;[patient, impatient] = await Promise.all([
    startServer({ lockWaitMsMax: PATIENT_MS }),
    startServer({ lockWaitMsMax: IMPATIENT_MS }),
  ])
})
after(() => Promise.all([patient.stop(), impatient.stop()]))

const lock = ({ dataDir }: TestServer): Promise<AsyncDisposable> => holdLock(join(dataDir, 'kugelaudio.db'))
const models = (server: TestServer, key: string): Promise<Response> =>
  manage(server, key, 'GET', '/v1/models')
const errorsIn = ({ logged }: TestServer): string[] =>
  logged.filter((line) => line.includes('INTERNAL_ERROR'))

async function expectUnavailable(response: Response, about: string): Promise<void> {
  const answer = await answerOf(response)
  expectFlat(answer, 'SERVICE_UNAVAILABLE', about)
  assert.equal(answer.headers['retry-after'], '1', about)
}

test('while another process writes, keys are verified, open streams go on, and writes wait for it', async () => {
  const [manager, seen, unseen] = await Promise.all([
    patient.createKey({ scopes: ['keys:manage'] }),
    patient.createKey(),
    patient.createKey(),
  ])
  assert.equal((await models(patient, seen.key)).status, 200)
  const text = '#slow:bf word '.repeat(40)
  const speaking = await SpeakClient.open(patient, seen.key)
  speaking.send({ text })
  const first = await speaking.next()
  const held = await lock(patient)
  let isWritten = false
  const writing = manage(patient, manager.key, 'POST', '/v1/api-keys', { name: 'late' }).finally(() => {
    isWritten = true
  })
  // The write has found the lock, and looks at it again and again.
  await until(() => patient.serving.grants.ofKey(manager.id).length === 1)
  for (let i = 0; i < 20; i++) {
    assert.equal((await models(patient, seen.key)).status, 200, 'from memory')
    assert.equal((await models(patient, unseen.key)).status, 200, 'from the database')
    assert.equal((await fetch(`${patient.url}/health`)).status, 200)
  }
  const more = await speaking.next()
  assert.deepEqual([first.kind, more.kind], ['audio', 'audio'], 'a grant is confirmed for every piece')
  assert.equal(isWritten, false, 'it waits still')
  await held[Symbol.asyncDispose]()
  assert.equal((await writing).status, 201)
  const rest = await speaking.answer()
  assert.ok(first.kind === 'audio' && more.kind === 'audio')
  assert.equal(first.frame.samples + more.frame.samples + rest.samples, rest.final.total_samples)
  speaking.close()
  assert.deepEqual(errorsIn(patient), [])
})

test('a write that waits too long is answered 503 with Retry-After, and has done nothing', async () => {
  const manager = await impatient.createKey({ scopes: ['keys:manage', 'speech:generate', 'tokens:create'] })
  const token = await mintToken(impatient, manager.key, { single_use: true })
  const ended = await impatient.createKey()
  const held = await lock(impatient)
  const calls: [string, string, object][] = [
    ['create', '/v1/api-keys', { name: 'never' }],
    ['rotate', `/v1/api-keys/${ended.id}/rotate`, {}],
    ['revoke', `/v1/api-keys/${ended.id}/revoke`, {}],
    ['webhook', '/v1/webhooks', { url: 'https://hooks.example.com/' }],
    ['token', '/v1/tokens', {}],
    ['leak', '/v1/leaks', { key: ended.key }],
    ['speech', '/v1/tts/generate', { text: 'word' }],
  ]
  for (const [about, path, body] of calls)
    await expectUnavailable(await manage(impatient, manager.key, 'POST', path, body), about)
  await expectUnavailable(await models(impatient, token.token), 'a token that is to be spent')
  const socket = await SpeakClient.open(impatient, ended.key)
  assert.match((await socket.speak('word')).failure('SERVICE_UNAVAILABLE'), /database/)
  socket.close()
  await held[Symbol.asyncDispose]()

  const list = KeyList.parse(await (await manage(impatient, manager.key, 'GET', '/v1/api-keys')).json())
  assert.deepEqual(
    list.keys.map(({ name, state }) => [name, state]),
    [
      ['test', 'active'],
      ['test', 'active'],
    ],
  )
  assert.equal((await models(impatient, ended.key)).status, 200, 'neither revoked nor reported')
  assert.equal((await models(impatient, token.token)).status, 200, 'not spent')
  assert.equal((await generate(impatient, manager.key, { text: 'word' })).status, 200)
  assert.deepEqual(errorsIn(impatient), [])
  await untilQuiet(impatient)
})

test('writes that wait for another process come through in the end, all of them', async () => {
  const manager = await patient.createKey({ scopes: ['keys:manage'] })
  const held = await lock(patient)
  const writing = Array.from({ length: 30 }, (_, at) =>
    manage(patient, manager.key, 'POST', '/v1/api-keys', { name: `waited ${at}` }),
  )
  await until(() => patient.serving.grants.ofKey(manager.id).length === writing.length)
  await held[Symbol.asyncDispose]()
  for (const answer of await Promise.all(writing)) assert.equal(answer.status, 201)
})

test('a command reads while another process writes, and says why it cannot write itself', async () => {
  await using machine = await Machine.open()
  const { id } = await machine.createKey('held')
  const held = await holdLock(join(machine.dataDir, 'kugelaudio.db'))
  assert.equal((await machine.json<{ keys: object[] }>(['key', 'list'])).keys.length, 1)
  const ran = await machine.run(['key', 'revoke', id])
  assert.equal(ran.code, 1)
  assert.match(ran.stderr, /^The database is not available at the moment: try again\ndatabase is locked\n$/)
  await held[Symbol.asyncDispose]()
  await machine.json(['key', 'revoke', id])
})

test('a database that cannot be read any more lets nobody in: 503, and open streams end', async () => {
  const server = await startServer()
  const { key } = await server.createKey()
  assert.equal((await models(server, key)).status, 200)
  const speaking = await SpeakClient.open(server, key)
  speaking.send({ text: '#slow:bf word '.repeat(400) })
  await speaking.next()
  const path = join(server.dataDir, 'kugelaudio.db')
  const whole = spoil(path)
  await expectUnavailable(await models(server, key), 'what was in memory is not believed')
  const { end } = await speaking.answer()
  assert.ok(end.kind === 'error')
  assert.equal(end.frame.error_code, 'SERVICE_UNAVAILABLE')
  assert.deepEqual(errorsIn(server), [])
  writeFileSync(path, whole)
  await server.stop()
})

/** Another connection writes, and then the file is not a database any more. Returns what it was. */
function spoil(path: string): Buffer {
  const file = new DatabaseSync(path)
  file.exec("update account set name = 'Changed'; pragma wal_checkpoint(truncate)")
  const whole = readFileSync(path)
  writeFileSync(path, Buffer.alloc(whole.length, 0x5a))
  file.close()
  return whole
}
