import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accountOf, untilQuiet, usageOf } from './harness/account-api.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { accountOn, changePlan, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import type { TestServer } from './harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startWithPlans([
    planOf('short', { characters_per_request: 20 }),
    planOf('month', { characters_per_month: 1_000 }),
    planOf('more', { characters_per_month: 1_500 }),
    planOf('open', {}),
  ])
})
after(() => server.stop())

/** A text of so many characters, a few of them outside the basic plane. */
const textOf = (characters: number): string => `👋🏽 ${'a'.repeat(characters - 3)}`

const used = async (key: string) => (await accountOf(server, key)).used.characters_this_month

/** Asks over HTTP, and takes the answer to its end. */
async function speak(key: string, text: string): Promise<Awaited<ReturnType<typeof answerOf>>> {
  return await answerOf(await generate(server, key, { text }))
}

test("a text longer than the plan's requests may be is refused, to the character, and takes nothing", async (t) => {
  const { key } = await keyOn(server, 'short')
  assert.equal((await speak(key, textOf(20))).status, 200)
  const message = expectFlat(await speak(key, textOf(21)), 'RATE_LIMITED')
  assert.equal(message, 'Request exceeds the maximum character limit')
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  assert.equal((await client.speak(textOf(21))).failure('RATE_LIMITED'), message)
  assert.equal((await client.speak(textOf(20))).final.usage.characters, 20)
  assert.equal(await used(key), 40)
  const { totals } = await usageOf(server, key)
  assert.deepEqual([totals.requests, totals.characters], [2, 40])
})

test('a month is used up to its last character, then it is 402', async (t) => {
  const { key } = await keyOn(server, 'month')
  assert.equal((await speak(key, textOf(990))).status, 200)
  const message = expectFlat(await speak(key, textOf(11)), 'INSUFFICIENT_CREDITS')
  assert.match(message, /1000 characters a month/)
  assert.equal((await speak(key, textOf(10))).status, 200)
  assert.equal(await used(key), 1_000)
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  ;(await client.speak('a')).failure('INSUFFICIENT_CREDITS')
  ;(await client.speak('a')).failure('INSUFFICIENT_CREDITS')
  assert.equal(await used(key), 1_000)
})

test('every key of an account takes from the same month, and another account from its own', async () => {
  const accountId = await accountOn(server, 'month')
  const [one, two] = [await server.createKey({ accountId }), await server.createKey({ accountId })]
  const { key: stranger } = await keyOn(server, 'month')
  assert.equal((await speak(one.key, textOf(600))).status, 200)
  assert.equal((await speak(two.key, textOf(600))).status, 402)
  assert.equal((await speak(two.key, textOf(400))).status, 200)
  assert.equal(await used(stranger), 0)
})

test('of 60 turns of 70 characters racing for 1,000, exactly 14 are spoken; not one character more', async () => {
  const { key } = await keyOn(server, 'month')
  const answers = await Promise.all(Array.from({ length: 60 }, () => speak(key, textOf(70))))
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 200).length, 14)
  assert.equal(statuses.filter((status) => status === 402).length, 46)
  assert.equal(await used(key), 980)
  const { totals } = await usageOf(server, key)
  assert.deepEqual([totals.requests, totals.characters, totals.errors], [14, 980, 0])
})

test('turns of any length racing on sockets and over HTTP never overshoot', async () => {
  const { key } = await keyOn(server, 'month')
  const lengths = Array.from({ length: 40 }, (_, at) => 20 + ((at * 37) % 90))
  const overHttp = lengths.slice(0, 20).map(async (length) => {
    return (await speak(key, textOf(length))).status === 200 ? length : 0
  })
  const onSockets = lengths.slice(20).map(async (length) => {
    const client = await SpeakClient.open(server, key)
    const { end } = await client.speak(textOf(length))
    await client.close()
    return end.kind === 'final' ? length : 0
  })
  const spoken = (await Promise.all([...overHttp, ...onSockets])).reduce((sum, length) => sum + length, 0)
  assert.ok(spoken <= 1_000 && spoken > 1_000 - 110, `${spoken}`)
  assert.equal(await used(key), spoken)
  assert.equal((await usageOf(server, key)).totals.characters, spoken)
})

test('what is cancelled gives back what was not begun', async (t) => {
  const { key } = await keyOn(server, 'month')
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  const sentence = 'A sentence #slow:da of words. '
  client.send({ text: sentence.repeat(30) })
  await client.nextOf('audio')
  assert.equal(await used(key), 900, 'reserved whole while it is spoken')
  client.send({ cancel: true })
  while ((await client.next()).kind !== 'interrupted');
  await untilQuiet(server)
  const left = await used(key)
  assert.ok(left >= 30 && left < 900 && left % 30 === 0, `${left}`)
  const { totals } = await usageOf(server, key)
  assert.deepEqual([totals.characters, totals.errors], [left, 0])
})

test('text that comes in pieces is taken as it comes; where the month ends, the turn does', async (t) => {
  const { key } = await keyOn(server, 'month')
  const client = await StreamClient.open(server, key)
  t.after(() => client.close())
  const eager = { chunk_length_schedule: [5], auto_mode: true }
  client.send({ text: 'A sentence of 30 characters.  '.repeat(2), ...eager })
  await client.until('audio')
  assert.equal(await used(key), 60)
  client.send({ text: 'A sentence of 30 characters.  '.repeat(10) })
  while ((await used(key)) < 360) await client.until('audio')
  assert.equal(await used(key), 360)
  client.send({ text: 'A sentence of 30 characters.  '.repeat(22), flush: true })
  const turn = await client.turn()
  const last = turn.frames.at(-1)
  assert.ok(last?.kind === 'error' && last.frame.error_code === 'INSUFFICIENT_CREDITS')
  await untilQuiet(server)
  const left = await used(key)
  assert.ok(left > 0 && left <= 360, `${left}`)
  assert.equal((await usageOf(server, key)).totals.characters, left)
  const again = await client.speak({ text: 'a'.repeat(1_000 - left), flush: true })
  assert.equal(again.frames.at(-1)?.kind, 'closed')
  assert.equal(await used(key), 1_000)
})

test('an engine that fails gives back what was not begun, and is an error', async () => {
  const { key } = await keyOn(server, 'month')
  assert.equal((await speak(key, `#fail ${'a'.repeat(500)}`)).status, 503)
  await untilQuiet(server)
  assert.equal(await used(key), 0)
  const { totals } = await usageOf(server, key)
  const firstAudio = { first_audio_p50_ms: null, first_audio_p95_ms: null }
  assert.deepEqual(totals, { requests: 1, characters: 0, audio_seconds: 0, errors: 1, ...firstAudio })
})

test('what is refused takes nothing and is nowhere in the usage', async () => {
  const { key } = await keyOn(server, 'month')
  assert.equal((await generate(server, key, { text: 'word', voice_id: 'nobody' })).status, 404)
  assert.equal((await speak(key, textOf(1_001))).status, 402)
  assert.equal(await used(key), 0)
  assert.deepEqual((await usageOf(server, key)).series, [])
})

test("a key's day is used up to its last character, then it is 429 until midnight UTC", async () => {
  const { key, account_id: accountId } = await keyOn(server, 'open', {
    name: 'daily',
    limits: { characters_per_day: 100 },
  })
  const { key: other } = await server.createKey({ accountId })
  assert.equal((await speak(key, textOf(60))).status, 200)
  const refused = await speak(key, textOf(41))
  assert.equal(expectFlat(refused, 'RATE_LIMITED'), 'Rate limit exceeded: 100 characters a day (key)')
  const wait = Number(refused.headers['retry-after'])
  const midnight = 86_400 - (Math.floor(server.clock.nowMs() / 1_000) % 86_400)
  assert.ok(Math.abs(wait - midnight) <= 2, `${wait} is not ${midnight}`)
  assert.equal((await speak(key, textOf(40))).status, 200)
  assert.equal((await speak(key, textOf(5))).status, 429)
  assert.equal((await speak(other, textOf(500))).status, 200, "another key's day is its own")
  assert.equal((await accountOf(server, key)).key?.characters_today, 100)
})

test('50 turns racing for the day of a key never overshoot it', async () => {
  const { key } = await keyOn(server, 'open', { name: 'daily', limits: { characters_per_day: 300 } })
  const answers = await Promise.all(Array.from({ length: 50 }, () => speak(key, textOf(40))))
  assert.equal(answers.filter(({ status }) => status === 200).length, 7)
  assert.equal((await accountOf(server, key)).key?.characters_today, 280)
})

test('what a key is refused for its day is not taken from the month of its account', async () => {
  const accountId = await accountOn(server, 'month')
  const { key } = await server.createKey({ accountId, limits: { characters_per_day: 100 } })
  assert.equal((await speak(key, textOf(101))).status, 429)
  assert.equal(await used(key), 0)
})

test('another plan is in force with the next turn, in the same month', async () => {
  const { key, account_id: accountId } = await keyOn(server, 'month')
  assert.equal((await speak(key, textOf(1_000))).status, 200)
  assert.equal((await speak(key, textOf(500))).status, 402)
  await changePlan(server, accountId, 'more')
  assert.equal((await speak(key, textOf(501))).status, 402)
  assert.equal((await speak(key, textOf(500))).status, 200)
  await changePlan(server, accountId, 'month')
  assert.equal((await speak(key, textOf(3))).status, 402)
})

test('a new day and a new month begin with nothing used; a turn belongs to the day it was opened on', async () => {
  const accountId = await accountOn(server, 'month')
  const { key } = await server.createKey({ accountId, limits: { characters_per_day: 900 } })
  assert.equal((await speak(key, textOf(900))).status, 200)
  assert.equal((await speak(key, textOf(50))).status, 429)
  const monthBefore = new Date(server.clock.nowMs()).getUTCMonth()
  server.clock.advance(86_400_000)
  if (new Date(server.clock.nowMs()).getUTCMonth() === monthBefore) {
    assert.equal((await speak(key, textOf(101))).status, 402, 'the month goes on')
  }
  server.clock.advance(31 * 86_400_000)
  const answer = await generate(server, key, { text: 'A sentence #slow:da of words. '.repeat(10) })
  server.clock.advance(86_400_000)
  await bytesOf(answer)
  assert.equal((await accountOf(server, key)).key?.characters_today, 0)
  const today = server.clock.nowMs()
  const yesterday = new Date(today - 86_400_000).toISOString().slice(0, 10)
  const { totals } = await usageOf(server, key, `?from=${yesterday}&to=${yesterday}`)
  assert.equal(totals.characters, 300)
})
