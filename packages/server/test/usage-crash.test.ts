import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { accountOf, usageOf } from './harness/account-api.ts'
import { Machine, type Served } from './harness/processes.ts'
import { SpeakClient } from './harness/speak-client.ts'

const SENTENCE = 'Word #slow:ca and more of it. '
/** Is being spoken for longer than the test takes. */
const ENDLESS = 'Word #slow:faa and more of it. '

/** A server, its key, and a successor of it after `kill -9`. */
async function startMachine(t: { after(then: () => Promise<void>): void }) {
  const machine = await Machine.open({ KUGELAUDIO_ENGINE_HOSTS: '2' })
  t.after(() => machine[Symbol.asyncDispose]())
  const { key } = await machine.createKey('crash')
  const running = { key, server: await machine.serve(), restart }
  async function restart(): Promise<void> {
    await running.server.stop('SIGKILL')
    running.server = await machine.serve()
  }
  return running
}

const openSocket = ({ url }: Served, key: string): Promise<SpeakClient> =>
  SpeakClient.open({ wsUrl: url.replace('http', 'ws') }, key)

/** How usage stands. The month's counter and the days' sums say the same, or something was lost or counted twice. */
async function standing(server: Served, key: string) {
  const { totals } = await usageOf(server, key)
  const { used } = await accountOf(server, key)
  assert.equal(used.characters_this_month, totals.characters)
  assert.equal(used.characters_today, totals.characters)
  return totals
}

test('after kill -9 in the middle of turns, usage is what was acknowledged and what was begun, once', async (t) => {
  const running = await startMachine(t)
  const { key } = running
  const ended = { requests: 0, characters: 0, seconds: 0 }
  const open = { requests: 0, characters: 0 }
  const clients = await Promise.all(Array.from({ length: 6 }, () => openSocket(running.server, key)))
  await Promise.all(
    clients.map(async (client, at) => {
      for (let turn = 0; turn <= at; turn++) {
        const { final } = await client.speak(`turn ${turn} of client ${at}`)
        ended.requests++
        ended.characters += final.usage.characters
        ended.seconds += final.usage.audio_seconds
      }
    }),
  )
  await Promise.all(
    clients.map(async (client, at) => {
      const text = ENDLESS.repeat(100 + at)
      client.send({ text })
      await client.nextOf('audio')
      open.requests++
      open.characters += text.length
    }),
  )
  await running.restart()
  const told = await standing(running.server, key)
  const { first_audio_p50_ms, first_audio_p95_ms, ...totals } = told
  assert.ok(
    first_audio_p50_ms !== null && first_audio_p95_ms !== null,
    'of those that have ended it is known',
  )
  assert.deepEqual(totals, {
    requests: ended.requests + open.requests,
    characters: ended.characters + open.characters,
    audio_seconds: totals.audio_seconds,
    errors: open.requests,
  })
  assert.ok(
    Math.abs(totals.audio_seconds - ended.seconds) < 1e-6,
    'nobody can say what was heard of the others',
  )

  await running.restart()
  assert.deepEqual(await standing(running.server, key), told, 'what was settled once is not settled again')
})

test('killed at any moment, it counts everything acknowledged and nothing that was never asked for', async (t) => {
  const running = await startMachine(t)
  const { key } = running
  let acknowledged = 0
  let asked = 0
  for (let round = 0; round < 8; round++) {
    const clients = await Promise.all(Array.from({ length: 4 }, () => openSocket(running.server, key)))
    const [first] = clients
    asked += 4
    acknowledged += (await first?.speak('word'))?.final.usage.characters ?? 0
    const talking = clients.map(async (client, at) => {
      for (let turn = 0; ; turn++) {
        const text = SENTENCE.repeat(1 + ((turn + at) % 4))
        asked += text.length
        acknowledged += (await client.speak(text)).final.usage.characters
      }
    })
    const left = Promise.allSettled(talking)
    await pass(100 + 47 * round)
    await running.restart()
    await left
    const { characters } = await standing(running.server, key)
    assert.ok(acknowledged <= characters, `${acknowledged} were acknowledged, ${characters} are counted`)
    assert.ok(characters <= asked, `${asked} were asked for, ${characters} are counted`)
  }
  assert.ok(acknowledged > 8 * 4, 'turns were acknowledged in the middle of it')
})
