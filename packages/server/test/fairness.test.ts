import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { ContextClient } from './harness/context-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer } from './harness/test-server.ts'

/** Jobs that wait for one host. */
const QUEUE = 64
const CONTEXTS = 20
/** Of four times so many: two are spoken, and the queue takes the rest. */
const REFUSED = 4 * CONTEXTS - 2 - QUEUE

/** A server whose queue one account has filled from four sockets, behind two words that take a while. */
async function openCrowded(t: TestContext, slowWord: string) {
  const written: string[] = []
  const server = await startServer({
    environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' },
    sawStatement: (sql) => void written.push(sql),
  })
  t.after(async () => {
    const stopped = server.stop()
    server.clock.fire(4_000)
    await stopped
  })
  const { key } = await server.createKey()
  const clients = await Promise.all(Array.from({ length: 4 }, () => ContextClient.open(server, key)))
  for (const [of, client] of clients.entries()) {
    for (let at = 0; at < CONTEXTS; at++) {
      const isSlow = of === 0 && at < 2
      client.send({ text: isSlow ? slowWord : 'word', context_id: `c${at}`, flush: true, normalize: false })
      if (isSlow) await until(() => server.engine.health().hosts[0]?.jobs === at + 1)
    }
  }
  await until(() => server.engine.health().jobsWaiting === QUEUE)
  await until(() => clients.flatMap(refusedOf).length === REFUSED)
  return { server, key, clients, written }
}

test('an account that fills the queue from its sockets keeps nobody else out', async (t) => {
  const { server, clients } = await openCrowded(t, '#slow:jaa')
  const accountId = await server.createAccount('modest@example.com')
  const { key } = await server.createKey({ accountId })
  const texts = ['first', 'second', 'third']
  const answers = await Promise.all(texts.map((text) => generate(server, key, { text })))
  for (const [at, answer] of answers.entries()) {
    assert.equal(answer.status, 200)
    assert.equal((await bytesOf(answer)).length, 2 * toneSamples(texts[at] ?? ''))
  }
  let refused = 0
  for (const client of clients) {
    for (let at = 0; at < CONTEXTS; at++) {
      const last = (await client.until('final', 'error')).at(-1)
      if (last?.kind !== 'error') continue
      refused += 1
      assert.deepEqual([last.frame.error_code, last.frame.code], ['MODEL_UNAVAILABLE', 503])
      assert.ok(Number(last.frame.retry_after) >= 1)
    }
  }
  // As many more gave way as the other account has brought.
  assert.equal(refused, REFUSED + texts.length)
})

test('what is refused because the queue is full has not been worked on: nothing is written for it', async (t) => {
  const { clients, written } = await openCrowded(t, '#slow:faaa')
  let asked = 0
  for (const client of clients) {
    for (const context_id of refusedOf(client)) {
      client.frames.length = 0
      const before = written.length
      client.send({ text: 'again', context_id, flush: true })
      await client.nextFailureOf(context_id, 'MODEL_UNAVAILABLE')
      assert.deepEqual(
        written.slice(before).filter((sql) => /^(insert|update|delete)/i.test(sql)),
        [],
      )
      asked += 1
    }
  }
  assert.equal(asked, REFUSED)
})

/** The contexts of a socket that have been turned away, each once. */
const refusedOf = (client: ContextClient): string[] => [
  ...new Set(client.frames.flatMap((next) => (next.kind === 'error' ? [next.frame.context_id ?? ''] : []))),
]
