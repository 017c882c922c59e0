import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { createDictionaryEntries } from '../src/speech/dictionaries/entries.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { ask, send } from './harness/account-api.ts'
import { bytesOf as audioOf, ContextClient } from './harness/context-client.ts'
import { makeDictionary, putEntries } from './harness/dictionaries.ts'
import { answerOf, expectFlat, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { expectError } from './harness/frame-client.ts'
import { accountOn, changePlan, planOf, startWithPlans } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import type { TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startWithPlans([planOf('bare')], { environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' } })
  key = (await server.createKey()).key
})
after(() => server.stop())
afterEach(async () => {
  const { dictionaries } = (await (await ask(server, key, '/v1/dictionaries')).json()) as {
    dictionaries: { id: number }[]
  }
  for (const { id } of dictionaries) await ask(server, key, `/v1/dictionaries/${id}`, { method: 'DELETE' })
})

/** How many samples a request becomes: the tone engine's tell what was said, to the character. */
async function heard(body: object, by = key): Promise<number> {
  const answer = await generate(server, by, body)
  assert.equal(answer.status, 200, await answer.clone().text())
  return (await bytesOf(answer)).length / 2
}

test('the next request says what was just changed, on every route and in sockets that are open', async (t) => {
  const speak = await SpeakClient.open(server, key)
  const stream = await StreamClient.open(server, key)
  const contexts = await ContextClient.open(server, key)
  t.after(() => Promise.all([speak.close(), stream.close(), contexts.close()]))
  const everywhere = async (): Promise<number[]> => {
    contexts.send({ text: 'Kugel rolls', context_id: 'c', flush: true })
    const inContext = audioOf(await contexts.until('final'))
    return [
      await heard({ text: 'Kugel rolls' }),
      (await speak.speak({ text: 'Kugel rolls' })).samples,
      (await stream.speak({ text: 'Kugel rolls', flush: true })).samples,
      inContext.length / 2,
    ]
  }
  const all = (said: string) => Array(4).fill(toneSamples(said))

  assert.deepEqual(await everywhere(), all('Kugel rolls'))
  const { id } = await makeDictionary(server, key, { Kugel: 'a ball' })
  assert.deepEqual(await everywhere(), all('a ball rolls'))
  await putEntries(server, key, id, { Kugel: 'a big ball' })
  assert.deepEqual(await everywhere(), all('a big ball rolls'))
  await send(server, key, 'PATCH', `/v1/dictionaries/${id}`, { is_active: false })
  assert.deepEqual(await everywhere(), all('Kugel rolls'))
  await send(server, key, 'PATCH', `/v1/dictionaries/${id}`, { is_active: true })
  assert.deepEqual(await everywhere(), all('a big ball rolls'))
  await ask(server, key, `/v1/dictionaries/${id}`, { method: 'DELETE' })
  assert.deepEqual(await everywhere(), all('Kugel rolls'))
})

test('a change by another process on the same data is heard at once', async () => {
  const { id } = await makeDictionary(server, key, { Kugel: 'ball' })
  assert.equal(await heard({ text: 'Kugel' }), toneSamples('ball'))
  const elsewhere = createDictionaryEntries({ database: server.operator.store, clock: server.clock })
  const place = { accountId: server.account.account_id, dictionaryId: id }
  for (const replacement of ['x', 'xx', 'xxx']) {
    await elsewhere.replaceAll(place, [{ word: 'Kugel', replacement }])
    assert.equal(await heard({ text: 'Kugel' }), toneSamples(replacement))
  }
})

test('without a choice all active dictionaries for the language apply, the newest first', async () => {
  await makeDictionary(server, key, { everywhere: 'a', twice: 'aa' })
  await makeDictionary(server, key, { german: 'bbb', twice: 'bbbb' }, { language: 'de-AT' })
  await makeDictionary(server, key, { french: 'ccccc' }, { language: 'fr' })
  const text = 'everywhere german french twice'
  assert.equal(await heard({ text, language: 'de' }), toneSamples('a bbb french bbbb'))
  assert.equal(await heard({ text, language: 'fr' }), toneSamples('a german ccccc aa'))
  assert.equal(await heard({ text, language: 'en' }), toneSamples('a german french aa'))
  assert.equal(await heard({ text, voice_id: 'tone-b' }), toneSamples('a bbb french bbbb'), 'by its voice')
})

test('a choice is exactly that: none, or these in this order, active or not, for whatever language', async () => {
  const one = await makeDictionary(server, key, { word: 'x', one: 'y' })
  const two = await makeDictionary(server, key, { word: 'xxx' }, { language: 'fr' })
  await send(server, key, 'PATCH', `/v1/dictionaries/${one.id}`, { is_active: false })
  const said = (dictionary_ids: number[]) => heard({ text: 'word one', dictionary_ids, project_id: 1 })
  assert.equal(await said([]), toneSamples('word one'))
  assert.equal(await said([one.id]), toneSamples('x y'))
  assert.equal(await said([one.id, two.id]), toneSamples('xxx y'))
  assert.equal(await said([two.id, one.id]), toneSamples('x y'))
  assert.equal(await said([two.id, two.id]), toneSamples('xxx one'))
})

test("a dictionary that does not exist is not found, another account's is forbidden, and none of it is heard", async () => {
  const foreignAccount = await server.createAccount('foreign@example.com')
  const foreign = (await server.createKey({ accountId: foreignAccount })).key
  const { id } = await makeDictionary(server, foreign, { word: 'xxxxxxxx' })
  assert.equal(await heard({ text: 'word' }), toneSamples('word'))
  const asked = async (own: string, dictionary_ids: number[]) =>
    await answerOf(await generate(server, own, { text: 'word', dictionary_ids }))
  for (const missing of [999_999, 0]) expectFlat(await asked(key, [missing]), 'NOT_FOUND', String(missing))
  const bare = (await server.createKey({ accountId: await server.createAccount('bare@example.com') })).key
  const own = await makeDictionary(server, key)
  const foreignOnes = [await asked(key, [id]), await asked(key, [own.id, id]), await asked(bare, [id])]
  for (const { status, body } of foreignOnes) assert.deepEqual([status, body], [403, FORBIDDEN_BODY])
})

test('where the plan has no dictionaries any more, none applies and none can be named', async () => {
  const accountId = await accountOn(server, 'enterprise')
  const { key: bare } = await server.createKey({ accountId })
  const { id } = await makeDictionary(server, bare, { word: 'xxxxxxxx' })
  assert.equal(await heard({ text: 'word' }, bare), toneSamples('xxxxxxxx'))
  await changePlan(server, accountId, 'bare')
  assert.equal(await heard({ text: 'word' }, bare), toneSamples('word'))
  assert.equal(await heard({ text: 'word', dictionary_ids: [] }, bare), toneSamples('word'))
  const named = await answerOf(await generate(server, bare, { text: 'word', dictionary_ids: [id] }))
  assert.deepEqual([named.status, named.body], [403, FORBIDDEN_BODY])
})

test('case counts where an entry says so, and the rest of the text is read as ever', async () => {
  await makeDictionary(server, key, [
    { word: 'SQL', replacement: 'sequel', case_sensitive: true },
    { word: 'db', replacement: 'data base' },
    { word: 'e\u0301te\u0301', replacement: 'summer' },
  ])
  assert.equal(
    await heard({ text: 'SQL sql DB db été dbx 5' }),
    toneSamples('sequel sql data base data base summer dbx five'),
  )
})

test('what is said is not looked up again: entries that name each other or themselves end', async () => {
  await makeDictionary(server, key, { a: 'b b', b: 'a a', self: 'self self', 'x y': 'x y x y' })
  assert.equal(await heard({ text: 'a b self x y' }), toneSamples('b b a a self self x y x y'))
})

test('word times are those of the words as they were sent', async (t) => {
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  await makeDictionary(server, key, [
    { word: 'K8s', replacement: 'kubernetes cluster' },
    { word: 'new york', replacement: 'NYC' },
    { word: 'Kugel', replacement: 'kugel', ipa: 'ˈkuːɡl̩' },
  ])
  const text = 'Our K8s in New York, a Kugel <break/> on 5 K8s'
  const { words } = await client.speak({ text, word_timestamps: true })
  assert.deepEqual(
    words.map(({ word, char_start, char_end, end_ms, start_ms }) => [
      word,
      text.slice(char_start, char_end),
      end_ms - start_ms,
    ]),
    [
      ['Our', 150],
      ['K8s', 850],
      ['in', 100],
      ['New York,', 200],
      ['a', 50],
      ['Kugel', 250],
      ['on', 100],
      ['5', 200],
      ['K8s', 850],
    ].map(([word, ms]) => [word, word, ms]),
  )
})

test('many pronunciations close together are spoken', async () => {
  await makeDictionary(server, key, [{ word: '東', replacement: 'x', ipa: 'ə'.repeat(200) }])
  assert.ok((await heard({ text: '東'.repeat(290), language: 'en' })) > 0)
})

test('a dictionary that makes hours of a page is refused, and the socket goes on', async (t) => {
  const { id } = await makeDictionary(server, key, { a: 'long '.repeat(200), b: 'bb' })
  const text = 'a '.repeat(5_000)
  const answer = await answerOf(await generate(server, key, { text }))
  assert.match(expectFlat(answer, 'VALIDATION_ERROR'), /dictionaries make it .* longer/)
  const said = /dictionaries make it .* longer/

  const speak = await SpeakClient.open(server, key)
  const stream = await StreamClient.open(server, key)
  t.after(() => Promise.all([speak.close(), stream.close()]))
  assert.match((await speak.speak({ text })).failure('VALIDATION_ERROR'), said)
  assert.equal((await speak.speak({ text: 'b' })).samples, toneSamples('bb'))

  // In small chunks it comes to the same.
  for (let at = 0; at < 30; at++) stream.send({ text: 'a. ', auto_mode: true })
  stream.send({ flush: true })
  const last = (await stream.turn()).frames.at(-1)
  assert.ok(last?.kind === 'error')
  assert.match(expectError(last.frame, 'VALIDATION_ERROR'), said)
  assert.equal((await stream.speak({ text: 'b', flush: true })).samples, toneSamples('bb'))
  await putEntries(server, key, id, { a: 'short' })
  assert.equal(await heard({ text: 'a' }), toneSamples('short'))
})
