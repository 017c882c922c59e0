import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KeyAndReceipt } from '@kugelaudio/contract'
import { until } from './engines/harness.ts'
import { manage } from './harness/manage.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const MANY = 100
/** Minutes of audio: longer than what is buffered on the way to somebody who does not read. */
const LONG = { text: 'word '.repeat(1_500), normalize: false }
/** Takes seconds, a piece at a time. */
const PACED = { text: '#slow:bf word '.repeat(40), normalize: false }

let server: TestServer
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_ENGINE_HOSTS: '2' } })
})
after(() => server.stop())

const times = <Value>(make: () => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: MANY }, make))

/** A running answer that has been heard of. */
async function running(key: string) {
  const answer = await generate(server, key, LONG)
  assert.equal(answer.status, 200)
  const reader = answer.body?.getReader()
  assert.ok(reader)
  assert.ok((await reader.read()).value)
  return reader
}

test('a revocation ends 100 open sockets and 100 running answers by the time it returns, and counts them', async () => {
  const { key: manager } = await server.createKey({ scopes: ['keys:manage'] })
  const { id, key } = await server.createKey()
  const others = [await server.createKey(), await server.createKey()]
  const undisturbed = await bytesOf(await generate(server, others[0]?.key ?? '', PACED))

  const sockets = await times(() => SpeakClient.open(server, key))
  const answers = await times(() => running(key))
  const otherSockets = await Promise.all(others.map((other) => SpeakClient.open(server, other.key)))
  const otherTurns = otherSockets.map((socket) => socket.speak(PACED))
  const otherAnswers = others.map(async (other) => bytesOf(await generate(server, other.key, PACED)))
  await until(() => server.serving.streams.size === MANY + 2 * others.length)

  const revoked = await manage(server, manager, 'POST', `/v1/api-keys/${id}/revoke`, {})
  assert.equal(server.serving.grants.ofKey(id).length, 0, 'nothing of it is open when the answer is there')
  assert.equal(server.serving.streams.ofKey(id), 0)
  const { receipt } = KeyAndReceipt.parse(await revoked.json())
  assert.equal(receipt.streams_severed, 2 * MANY)
  assert.ok(receipt.nodes.every(({ settled }) => settled === 'applied'))

  for (const { code } of await Promise.all(sockets.map(({ closed }) => closed))) assert.equal(code, 4001)
  for (const { frames } of sockets)
    assert.deepEqual(
      frames.map(({ kind }) => kind),
      ['error'],
    )
  for (const reader of answers)
    await assert.rejects(async () => {
      while (!(await reader.read()).done);
    })
  for (const turn of await Promise.all(otherTurns)) {
    assert.equal(turn.final.total_samples * 2, undisturbed.length)
    assert.ok(turn.bytes.equals(undisturbed), 'what others hear has no gap and nothing twice')
  }
  for (const bytes of await Promise.all(otherAnswers)) assert.ok(bytes.equals(undisturbed))
  for (const socket of otherSockets) socket.close()
  await until(() => server.engine.health().hosts.every(({ jobs }) => jobs === 0))
})
