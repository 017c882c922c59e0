import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { USAGE_DAYS_MAX, USAGE_HOURS_KEPT_DAYS, type UsageReport } from '@kugelaudio/contract'
import { firstAudioClass, firstAudioWithinMs, UNHEARD } from '../src/store/first-audio.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { accountOf, ask, untilQuiet, usageOf } from './harness/account-api.ts'
import { answerOf, expectFlat, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { accountOn, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { ofRequests } from './harness/statements.ts'
import type { TestServer } from './harness/test-server.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** How often old hours are deleted. */
const HOURS_DELETED_EVERY_MS = 600_000

let server: TestServer
/** What the server has asked of its database. */
const statements: string[] = []
before(async () => {
  const sawStatement = ofRequests(statements)
  server = await startWithPlans(
    [planOf('open'), planOf('listed', { requests_per_minute: 7, features: ['audit'] })],
    {
      sawStatement,
    },
  )
})
after(() => server.stop())

const today = (): string => new Date(server.clock.nowMs()).toISOString().slice(0, 10)
const hour = (): string => `${new Date(server.clock.nowMs()).toISOString().slice(0, 13)}:00Z`
/** A row without what depends on how fast this machine is. */
const sumsOf = <Row extends UsageReport['totals']>({
  first_audio_p50_ms,
  first_audio_p95_ms,
  ...rest
}: Row) => {
  assert.ok(first_audio_p50_ms !== null && first_audio_p50_ms > 0)
  assert.ok(first_audio_p95_ms !== null && first_audio_p95_ms >= first_audio_p50_ms)
  return rest
}
const secondsOf = (text: string): number => toneSamples(text) / 24_000
const speak = async (key: string, body: object): Promise<void> =>
  void (await bytesOf(await generate(server, key, body)))

test('GET /v1/models makes no statement at all once the key is known: no write, no read', async () => {
  const { key } = await server.createKey()
  const models = async () => assert.equal((await ask(server, key, '/v1/models')).status, 200)
  await models()
  statements.length = 0
  for (let asked = 0; asked < 20; asked++) await models()
  assert.deepEqual(statements, [])
  await speak(key, { text: 'word' })
  assert.ok(statements.join().includes('usage_turn'), 'what is asked would have been seen')
})

test('a limit on requests asks nothing of the database either, but for once when it has refused somebody', async () => {
  const { key } = await keyOn(server, 'listed')
  const asked = async (): Promise<number> => (await ask(server, key, '/v1/models')).status
  assert.equal(await asked(), 200)
  statements.length = 0
  while ((await asked()) === 200) assert.deepEqual(statements, [])
  await server.serving.flush()
  statements.length = 0
  for (let more = 0; more < 10; more++) assert.equal(await asked(), 429)
  assert.deepEqual(statements, [])
})

test('usage is told apart by day, key, model as asked for, and voice', async (t) => {
  const accountId = await accountOn(server, 'open')
  const one = await server.createKey({ accountId, name: 'one' })
  const two = await server.createKey({ accountId, name: 'two' })
  const client = await SpeakClient.open(server, two.key)
  t.after(() => client.close())
  await speak(one.key, { text: 'first' })
  await speak(one.key, { text: 'second', model_id: 'kugel-2.5' })
  await speak(one.key, { text: 'third', voice_id: 2 })
  await client.speak('fourth')
  await client.speak({ text: 'fifth', model_id: 'kugel-2.5' })

  const all = await usageOf(server, one.key)
  const totals = {
    requests: 5,
    characters: 'firstsecondthirdfourthfifth'.length,
    audio_seconds: secondsOf('firstsecondthirdfourthfifth'),
    errors: 0,
  }
  assert.deepEqual(
    { ...all, series: all.series.map(sumsOf), totals: sumsOf(all.totals) },
    {
      from: `${today().slice(0, 7)}-01`,
      to: today(),
      series: [{ day: today(), ...totals }],
      totals,
    },
  )

  const byModel = await usageOf(server, one.key, '?group_by=model')
  assert.deepEqual(
    byModel.series.map(({ model, requests, characters }) => [model, requests, characters]),
    [
      ['kugel-2.5', 2, 'secondfifth'.length],
      ['kugel-3', 3, 'firstthirdfourth'.length],
    ],
  )
  assert.deepEqual(sumsOf(byModel.totals), totals)

  const byAll = await usageOf(server, one.key, '?group_by=voice,key,model,day')
  assert.equal(byAll.series.length, 5)
  const third = byAll.series.find(({ voice }) => voice === 'tone-b')
  assert.deepEqual(third && sumsOf(third), {
    day: today(),
    key_id: one.id,
    key_name: 'one',
    model: 'kugel-3',
    voice: 'tone-b',
    requests: 1,
    characters: 5,
    audio_seconds: secondsOf('third'),
    errors: 0,
  })

  const ofTwo = await usageOf(server, one.key, `?key_id=${two.id}&group_by=key`)
  assert.deepEqual(
    ofTwo.series.map(({ key_name, requests }) => [key_name, requests]),
    [['two', 2]],
  )
  assert.deepEqual(ofTwo.totals, { ...ofTwo.totals, requests: 2, characters: 'fourthfifth'.length })
})

test('what is spoken on other days is in other rows, and only in reports that span them', async () => {
  const { key } = await keyOn(server, 'open')
  const first = today()
  await speak(key, { text: 'first' })
  server.clock.advance(DAY_MS)
  await speak(key, { text: 'second' })
  server.clock.advance(DAY_MS)
  const last = today()
  const { series, totals } = await usageOf(server, key, `?from=${first}&to=${last}`)
  assert.deepEqual(
    series.map(({ day, characters }) => [day, characters]),
    [
      [first, 5],
      [new Date(Date.parse(first) + DAY_MS).toISOString().slice(0, 10), 6],
    ],
  )
  assert.equal(totals.characters, 11)
  assert.equal((await usageOf(server, key, `?from=${first}&to=${first}`)).totals.characters, 5)
  assert.deepEqual((await usageOf(server, key, `?from=${last}&to=${last}`)).series, [])
})

test('usage is told apart by the hour, in UTC, between hours or whole days; a day has the same sums', async () => {
  const { key } = await keyOn(server, 'open')
  const spoken: [string, number][] = []
  for (const text of ['one', 'three', 'seven and more']) {
    await speak(key, { text })
    spoken.push([hour(), text.length])
    server.clock.advance(HOUR_MS)
  }
  const [first = ['', 0], second = ['', 0]] = spoken
  const asked = async (from: string, to: string): Promise<[string | undefined, number][]> => {
    const { series, totals } = await usageOf(server, key, `?group_by=hour&from=${from}&to=${to}`)
    assert.equal(
      totals.characters,
      series.reduce((sum, { characters }) => sum + characters, 0),
    )
    return series.map((row) => [row.hour, row.characters])
  }
  assert.deepEqual(await asked(first[0].slice(0, 10), today()), spoken)
  assert.deepEqual(await asked(first[0], second[0]), spoken.slice(0, 2))
  assert.deepEqual(await asked(second[0], second[0]), [second])
  const byKey = await usageOf(server, key, `?group_by=hour,key&from=${second[0]}`)
  assert.deepEqual(
    byKey.series.map(({ hour, key_name, requests }) => [hour, key_name, requests]),
    spoken.slice(1).map(([at]) => [at, 'test', 1]),
  )
  const days = await usageOf(server, key, `?from=${first[0].slice(0, 10)}`)
  assert.equal(days.totals.characters, 3 + 5 + 14)
})

test('hours are forgotten after a while, days are not, and nobody is told sums that lack forgotten hours', async () => {
  const { key } = await keyOn(server, 'open')
  const then = today()
  await speak(key, { text: 'long ago' })
  const kept = async (): Promise<number> => {
    const rows = await server.operator.store.query
      .selectFrom('usage_hour')
      .select('characters')
      .where('hour', '<', `${then}T24`)
      .execute()
    return rows.length
  }
  assert.ok((await kept()) > 0)
  server.clock.advance((USAGE_HOURS_KEPT_DAYS - 1) * DAY_MS)
  assert.equal((await usageOf(server, key, `?group_by=hour&from=${then}`)).totals.characters, 8)
  server.clock.advance(DAY_MS)
  const late = await answerOf(await ask(server, key, `/v1/usage?group_by=hour&from=${then}`))
  assert.match(expectFlat(late, 'VALIDATION_ERROR'), /hours are kept for 35 days/)
  server.clock.fire(HOURS_DELETED_EVERY_MS)
  while ((await kept()) > 0) await setImmediate()
  const { series } = await usageOf(server, key, `?from=${then}`)
  assert.deepEqual(
    series.map(({ day, characters, first_audio_p50_ms }) => [day, characters, first_audio_p50_ms]),
    [[then, 8, null]],
  )
})

test('how soon turns were heard is told to a tenth, of half of them and of nearly all; of what was not heard, nothing', async () => {
  const { key } = await keyOn(server, 'open')
  assert.equal((await generate(server, key, { text: '#fail' })).status, 503)
  await untilQuiet(server)
  const unheard = await usageOf(server, key)
  assert.deepEqual(
    unheard.series.map(({ requests, first_audio_p50_ms, first_audio_p95_ms }) => {
      return [requests, first_audio_p50_ms, first_audio_p95_ms]
    }),
    [[1, null, null]],
  )
  for (const ms of [1, 7, 38, 120, 999, 60_000]) {
    const told = firstAudioWithinMs([{ first_audio: firstAudioClass(ms), turns: 1 }], 0.5) ?? 0
    assert.ok(Math.abs(told - ms) <= ms * 0.1 + 0.5, `${ms} ms is told as ${told}`)
  }
  const turns = [...Array.from({ length: 90 }, () => 50), ...Array.from({ length: 10 }, () => 2_000), null]
  const counts = turns.map((ms) => ({ first_audio: firstAudioClass(ms), turns: 1 }))
  const near = (told: number | null, ms: number): void =>
    assert.ok(Math.abs((told ?? 0) - ms) <= ms * 0.1, `${told}`)
  near(firstAudioWithinMs(counts, 0.5), 50)
  near(firstAudioWithinMs(counts, 0.9), 50)
  near(firstAudioWithinMs(counts, 0.95), 2_000)
  assert.equal(firstAudioWithinMs([{ first_audio: UNHEARD, turns: 3 }], 0.5), null)
})

test('a turn is in the usage before its caller has the final frame', async (t) => {
  const { key } = await keyOn(server, 'open')
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  for (let turn = 1; turn <= 5; turn++) {
    await client.speak('word')
    assert.equal((await usageOf(server, key)).totals.requests, turn)
  }
})

test('failures count as errors; what was refused is not there, what was cancelled is no error', async (t) => {
  const { key } = await keyOn(server, 'open')
  assert.equal((await generate(server, key, { text: '#fail' })).status, 503)
  assert.equal((await generate(server, key, { text: '' })).status, 400)
  await assert.rejects(bytesOf(await generate(server, key, { text: 'A sentence first. #fail now.' })))
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  client.send({ text: 'Word #slow:fa and more. '.repeat(50) })
  await client.nextOf('audio')
  client.send({ cancel: true })
  while ((await client.next()).kind !== 'interrupted');
  await client.speak('word')
  const { totals } = await usageOf(server, key)
  assert.deepEqual([totals.requests, totals.errors], [4, 2])
})

const WRONG: [query: string, about: RegExp][] = [
  ['from=yesterday', /from: must be a day/],
  ['from=2030-02-30', /from: must be a day/],
  ['to=2030-1-1', /to: must be a day/],
  ['from=2030-02-01&to=2030-01-31', /from: 2030-02-01 is after 2030-01-31/],
  ['from=2028-01-01&to=2029-01-01', new RegExp(`at most ${USAGE_DAYS_MAX} days`)],
  ['group_by=hour,day', /hour or day, not both/],
  ['group_by=hour&from=2030-01-31T13:30Z', /from: must be a day as 2030-01-31, or by hour/],
  ['from=2030-01-31T13:00Z', /may be hours where usage is grouped by hour/],
  ['group_by=hour&from=2001-01-01&to=2001-01-02', /from: hours are kept for 35 days/],
  ['group_by=account', /group_by/],
  ['group_by=', /group_by/],
  ['group_by=day,day', /each group once/],
  ["group_by=day'", /group_by/],
  ['format=xml', /must be json or csv/],
  ['key_id=', /key_id/],
  ['limit=5', /unknown field: limit/],
]

for (const [query, about] of WRONG) {
  test(`GET /v1/usage?${query} is 400 and says why`, async () => {
    const { key } = await server.createKey()
    const answer = await answerOf(await ask(server, key, `/v1/usage?${query}`))
    assert.match(expectFlat(answer, 'VALIDATION_ERROR'), about)
  })
}

test('the longest span that may be asked for is a leap year', async () => {
  const { key } = await server.createKey()
  const { from, to } = await usageOf(server, key, '?from=2028-01-01&to=2028-12-31')
  assert.deepEqual([from, to], ['2028-01-01', '2028-12-31'])
  assert.equal((await usageOf(server, key, '?to=2028-02-10')).from, '2028-02-01')
})

test('usage is read with the scope usage:read, and only of the own account', async () => {
  const { key } = await keyOn(server, 'open')
  const strange = await keyOn(server, 'open')
  const { key: narrow } = await server.createKey({ scopes: ['speech:generate'] })
  for (const [asking, path] of [
    [narrow, '/v1/usage'],
    [key, `/v1/usage?key_id=${strange.id}`],
  ] as const) {
    const answer = await ask(server, asking, path)
    assert.equal(answer.status, 403)
    assert.equal(await answer.text(), FORBIDDEN_BODY)
  }
  const unknown = await answerOf(await ask(server, key, '/v1/usage?key_id=key_none'))
  assert.equal(expectFlat(unknown, 'NOT_FOUND'), 'Key not found')
  await speak(strange.key, { text: 'of another account' })
  assert.equal((await usageOf(server, key)).totals.requests, 0)
  assert.equal((await ask(server, 'none', '/v1/usage')).status, 401)
})

test('the same report as CSV, asked for by format or by Accept', async () => {
  const accountId = await accountOn(server, 'open')
  const { key, id } = await server.createKey({ accountId, name: 'Berlin, "main"' })
  await speak(key, { text: 'word' })
  const expected = `day,key_id,key_name,requests,characters,audio_seconds,errors,first_audio_p50_ms,first_audio_p95_ms\r\n${today()},${id},"Berlin, ""main""",1,4,0.2,0,N,N\r\n`
  const asked: [string, RequestInit][] = [
    ['&format=csv', {}],
    ['', { headers: { accept: 'text/csv' } }],
    ['&format=csv', { headers: { accept: 'application/json' } }],
  ]
  for (const [more, init] of asked) {
    const answer = await ask(server, key, `/v1/usage?group_by=day,key${more}`, init)
    assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /^attachment; filename="usage-[\d-]+\.csv"$/,
    )
    assert.equal((await answer.text()).replace(/,\d+,\d+\r\n$/, ',N,N\r\n'), expected)
  }
  for (const accept of ['*/*', 'application/json', 'text/csv, application/json']) {
    const answer = await ask(server, key, '/v1/usage', { headers: { accept } })
    assert.equal(answer.headers.get('content-type'), 'application/json', accept)
  }
})

test('no name of a key becomes a formula in a spreadsheet', async () => {
  const names = [
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-2+3',
    '@SUM(1)',
    '=HYPERLINK("http://x","y")',
    'plain = text',
  ]
  const accountId = await accountOn(server, 'open')
  let last = ''
  for (const name of names) {
    last = (await server.createKey({ accountId, name })).key
    await speak(last, { text: 'word' })
  }
  const csv = await (await ask(server, last, '/v1/usage?group_by=key&format=csv')).text()
  const fields = csv
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.slice(line.indexOf(',') + 1).replace(/,1,4,0.2,0,\d+,\d+$/, ''))
  assert.deepEqual(
    new Set(fields),
    new Set([
      `"'=cmd|' /C calc'!A0"`,
      `"'+1+1"`,
      `"'-2+3"`,
      `"'@SUM(1)"`,
      `"'=HYPERLINK(""http://x"",""y"")"`,
      'plain = text',
    ]),
  )
})

test('GET /v1/account says what the plan is and what of it is used', async (t) => {
  const { key, id, account_id: accountId } = await keyOn(server, 'listed')
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  await client.speak('word')
  client.send({ text: 'Word #slow:baa and more. ' })
  await client.nextOf('audio')
  const month = today().slice(0, 7)
  assert.deepEqual(await accountOf(server, key), {
    id: accountId,
    name: 'Other',
    plan: planOf('listed', { requests_per_minute: 7, features: ['audit'] }),
    used: { month, characters_this_month: 29, day: today(), characters_today: 29, streams_now: 1 },
    key: { id, characters_today: 29, streams_now: 1 },
  })
  await client.answer()
  assert.equal((await accountOf(server, key)).used.streams_now, 0)
})
