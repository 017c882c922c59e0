import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Receipt } from '@kugelaudio/contract'
import { KugelAudio } from '../../../sdks/js/src/index.ts'
import { until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { Balancer } from './harness/balancer.ts'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { Machine } from './harness/processes.ts'
import { postgresSetting } from './harness/test-server.ts'

let postgres: PostgresServer
before(async () => {
  postgres = await PostgresServer.open()
})
after(() => postgres[Symbol.asyncDispose]())

/** What somebody has had spoken, one turn after the other, until told to stop. */
type Caller = { turns: number; restarts: number; lost: string[]; over: Promise<void> }

/** Speaks by one of the ways there are; `isOver` is looked at between two turns. */
function keepSpeaking(
  speak: (text: string, caller: Caller) => Promise<number>,
  isOver: () => boolean,
): Caller {
  const caller: Caller = { turns: 0, restarts: 0, lost: [], over: Promise.resolve() }
  caller.over = (async () => {
    for (; !isOver(); caller.turns++) {
      // Long enough that a node is mostly found speaking, short enough for the time it has to end.
      const text = `Turn ${'abcdefghij'[caller.turns % 10]} #slow:bff goes on`
      const samples = await speak(text, caller).catch((error: Error) => error)
      if (samples !== toneSamples(text))
        caller.lost.push(samples instanceof Error ? `${samples}` : `${samples} samples`)
    }
  })()
  return caller
}

test('while all nodes are stopped and replaced one after the other, every turn of every caller is spoken whole', async () => {
  await using machine = await Machine.open(postgresSetting(await createPostgresDatabase(postgres.url)))
  const { key } = await machine.createKey('rolling')
  await using balancer = await Balancer.open()
  const nodes = await Promise.all([machine.serve(), machine.serve()])
  for (const node of nodes) balancer.add(node)
  const client = new KugelAudio({ apiKey: key, apiUrl: balancer.url })
  let isDone = false
  const byStream = (normalize: boolean) => async (text: string, caller: Caller) => {
    let samples = 0
    for await (const event of client.tts.stream({ text, normalize })) {
      if (event.type === 'restart') caller.restarts++
      if (event.type === 'audio') samples += event.chunk.samples
    }
    return samples
  }
  const session = await client.tts.streamingSession({ normalize: false }).connect()
  const bySession = async (text: string, caller: Caller) => {
    let samples = 0
    for await (const event of session.speak(text)) {
      if (event.type === 'restart') caller.restarts++
      if (event.type === 'audio') samples += event.chunk.samples
    }
    return samples
  }
  const overHttp = async (text: string) => (await client.tts.generate({ text, normalize: false })).samples
  const callers = [byStream(false), byStream(false), bySession, overHttp].map((speak) =>
    keepSpeaking(speak, () => isDone),
  )
  const spokenBy = () => callers.map(({ turns }) => turns)
  const oneMoreOfEach = async (): Promise<void> => {
    const before = spokenBy()
    await until(() => spokenBy().every((turns, at) => turns > (before[at] ?? 0)))
  }
  try {
    await oneMoreOfEach()
    for (const node of nodes) {
      const next = await machine.serve()
      balancer.add(next)
      assert.deepEqual(await node.stop(), { code: 0, signal: null })
      balancer.remove(node)
      await oneMoreOfEach()
    }
  } finally {
    isDone = true
    await Promise.all(callers.map(({ over }) => over))
  }
  assert.deepEqual(
    callers.flatMap(({ lost }) => lost),
    [],
  )
  assert.ok(balancer.passed > callers.length, 'sockets were opened anew')
  await session.close()
  client.close()
  const { id } = await machine.createKey('after')
  const receipt = await machine.json<Receipt>(['key', 'revoke', id])
  assert.equal(receipt.nodes.length, 2, 'nodes that have gone are not waited for')
})
