import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OWN_VOICE_IDS_FROM, SCOPES, VOICES_PER_ACCOUNT_MAX, Voice, VoiceList } from '@kugelaudio/contract'
import { OPERATOR } from '../src/store/audit-log.ts'
import { ask, send } from './harness/account-api.ts'
import { expectRefused, FORBIDDEN_BODY as FORBIDDEN } from './harness/expect-failure.ts'
import { changePlan, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import type { TestServer } from './harness/test-server.ts'
import { makeVoice } from './harness/voices.ts'

let server: TestServer
before(async () => {
  const plans = [planOf('bare'), planOf('full', { features: ['voices', 'scoped_keys'] })]
  server = await startWithPlans(plans)
  await server.engine.offer()
})
after(() => server.stop())

/** A key of an account that has no voices yet. */
const freshKey = async (): Promise<string> => (await keyOn(server, 'full')).key

async function listOf(key: string, query = ''): Promise<Listed> {
  const answer = await ask(server, key, `/v1/voices${query}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  return VoiceList.strict().parse(await answer.json())
}
type Listed = ReturnType<typeof VoiceList.parse>

async function voiceOf(answer: Response, status = 200): Promise<Voice> {
  assert.equal(answer.status, status, await answer.clone().text())
  return Voice.strict().parse(await answer.json())
}
const getVoice = async (key: string, id: number | string): Promise<Voice> =>
  voiceOf(await ask(server, key, `/v1/voices/${id}`))
const change = (key: string, id: number | string, body: unknown): Promise<Response> =>
  send(server, key, 'PATCH', `/v1/voices/${id}`, body)

const handles = ({ voices }: Listed): string[] => voices.map(({ handle }) => handle)

test('the voices of the engine are premade voices with stable numbers and handles', async () => {
  const key = await freshKey()
  const list = await listOf(key)
  assert.deepEqual([list.total, list.limit, list.offset], [3, 20, 0])
  assert.deepEqual(
    list.voices.map(({ id, voice_id, handle, public_id }) => [id, voice_id, handle, public_id]),
    [
      [1, 1, 'tone-a', 'tone-a'],
      [2, 2, 'tone-b', 'tone-b'],
      [3, 3, 'tone-c', 'tone-c'],
    ],
  )
  const [first] = list.voices
  assert.ok(first !== undefined)
  assert.deepEqual(
    [first.category, first.speaks_with, first.base_voice_id, first.is_owner, first.is_public],
    ['premade', 'itself', null, false, true],
  )
  assert.deepEqual(await getVoice(key, 1), first)
  assert.deepEqual(await getVoice(key, 'tone-a'), first)
})

test('a made voice has the defaults that official clients send, and says what it is heard as', async () => {
  const key = await freshKey()
  const made = await makeVoice(server, key)
  assert.deepEqual(
    [made.name, made.category, made.age, made.quality, made.supported_languages, made.sex],
    ['Ada', 'conversational', 'middle_age', 'mid', ['en'], null],
  )
  assert.ok(made.id >= OWN_VOICE_IDS_FROM)
  assert.equal(made.voice_id, made.id)
  assert.deepEqual(
    [made.speaks_with, made.base_voice, made.base_voice_id, made.settings],
    ['base_voice', 'tone-a', 1, { speed: 1 }],
  )
  assert.deepEqual([made.is_public, made.verified, made.pending_verification], [false, false, false])
  assert.equal(made.is_owner, true)
  assert.deepEqual(await getVoice(key, made.id), made)
  assert.deepEqual(await getVoice(key, made.handle), made)
})

test('unknown members are ignored, as official clients send more of them each year', async () => {
  const made = await makeVoice(server, await freshKey(), { new_member_of_2027: 1, speaker_consent: true })
  assert.equal(made.name, 'Ada')
})

test('without a base voice it is heard as the voice of its first language, and follows a change of it', async () => {
  const key = await freshKey()
  const german = await makeVoice(server, key, { supported_languages: ['de', 'en'] })
  assert.equal(german.base_voice, 'tone-b')
  const french = await voiceOf(await change(key, german.id, { supported_languages: ['fr'] }))
  assert.equal(french.base_voice, 'tone-c')
  const chosen = await voiceOf(await change(key, german.id, { base_voice_id: 'tone-a' }))
  assert.equal(chosen.base_voice_id, 1)
  const still = await voiceOf(await change(key, german.id, { supported_languages: ['de'] }))
  assert.equal(still.base_voice, 'tone-a')
  const again = await voiceOf(await change(key, german.id, { base_voice_id: null }))
  assert.equal(again.base_voice, 'tone-b')
})

const WRONG: [body: unknown, says: RegExp][] = [
  [{}, /name: is required/],
  [{ name: '   ' }, /name: must not be empty/],
  [{ name: 'a'.repeat(201) }, /name: must be at most 200/],
  [{ name: 'a\nb' }, /name: must not hold control characters/],
  [{ name: 7 }, /name: must be a string/],
  [{ name: 'a', sex: 'other' }, /sex: must be one of male, female, neutral/],
  [{ name: 'a', age: 'ancient' }, /age: must be one of/],
  [{ name: 'a', quality: 'ultra' }, /quality: must be one of/],
  [{ name: 'a', category: 'premade' }, /category: must be one of/],
  [{ name: 'a', supported_languages: [] }, /supported_languages: must name at least one/],
  [{ name: 'a', supported_languages: ['tlh'] }, /supported_languages.0: must be one of/],
  [{ name: 'a', supported_languages: ['ja'] }, /supported_languages: no voice here speaks ja/],
  [{ name: 'a', description: 'a'.repeat(2_001) }, /description: must be at most 2000/],
  [{ name: 'a', sample_text: 'nul\0' }, /sample_text: must not hold NUL/],
  [{ name: 'a', sample_text: '\ud800' }, /sample_text: must be valid Unicode/],
  [{ name: 'a', base_voice_id: 999 }, /base_voice_id: must be a premade voice/],
  [{ name: 'a', base_voice_id: 1.5 }, /base_voice_id: must be a number or a handle/],
  [{ name: 'a', settings: { speed: 3 } }, /settings.speed/],
  [{ name: 'a', settings: { pitch: 1 } }, /unknown field: pitch/],
  [[], /must be an object/],
]
for (const [body, says] of WRONG) {
  test(`a voice is not made of ${JSON.stringify(body).slice(0, 60)}`, async () => {
    const key = await freshKey()
    await expectRefused(await send(server, key, 'POST', '/v1/voices', body), 'VALIDATION_ERROR', says)
    assert.equal((await listOf(key, '?include_public=false')).total, 0)
  })
}

test('a voice whose speaker has not agreed is refused, in the code that official clients know', async () => {
  const key = await freshKey()
  const body = { name: 'Taken', speaker_consent: false }
  const answer = await send(server, key, 'POST', '/v1/voices', body)
  await expectRefused(answer, 'SPEAKER_CONSENT_REQUIRED', /speaker_consent/)
})

test('a change takes what it names and leaves the rest', async () => {
  const key = await freshKey()
  const made = await makeVoice(server, key, { description: 'Before', sample_text: 'Hello' })
  const changed = await voiceOf(await change(key, made.id, { name: 'Grace', sex: 'female', age: null }))
  assert.deepEqual(changed, { ...made, name: 'Grace', sex: 'female', age: null })
  await expectRefused(await change(key, made.id, {}), 'VALIDATION_ERROR', /must change something/)
  await expectRefused(await change(key, made.id, { name: '' }), 'VALIDATION_ERROR', /name/)
  assert.deepEqual(await getVoice(key, made.id), changed)
})

test('two changes at once of different members are both kept', async () => {
  const key = await freshKey()
  const { id } = await makeVoice(server, key)
  await Promise.all([change(key, id, { name: 'Grace' }), change(key, id, { description: 'Calm' })])
  const { name, description } = await getVoice(key, id)
  assert.deepEqual([name, description], ['Grace', 'Calm'])
})

test('a deleted voice is gone, and its number is never given again', async () => {
  const key = await freshKey()
  const made = await makeVoice(server, key)
  const gone = await ask(server, key, `/v1/voices/${made.id}`, { method: 'DELETE' })
  assert.deepEqual([gone.status, await gone.text()], [204, ''])
  for (const method of ['GET', 'DELETE'])
    await expectRefused(await ask(server, key, `/v1/voices/${made.handle}`, { method }), 'NOT_FOUND')
  assert.ok((await makeVoice(server, key)).id > made.id)
})

test('premade voices cannot be changed, and what is no voice is not found', async () => {
  const key = await freshKey()
  for (const [method, path] of [
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/publish'],
    ['POST', '/generate-sample'],
    ['GET', '/references'],
  ] as const) {
    const body = method === 'PATCH' ? { name: 'Mine' } : {}
    const call = (id: string): Promise<Response> =>
      method === 'GET'
        ? ask(server, key, `/v1/voices/${id}${path}`)
        : send(server, key, method, `/v1/voices/${id}${path}`, body)
    const refused = await call('tone-a')
    assert.deepEqual([refused.status, await refused.text()], [403, FORBIDDEN], path)
    for (const nobody of ['999', '1000000', '99999999999999', '9'.repeat(30), 'voice_x', "a'--", '%00', '-1'])
      await expectRefused(await call(nobody), 'NOT_FOUND')
  }
})

test('a list is of one’s own voices first, then premade ones, page by page without a gap', async () => {
  const key = await freshKey()
  const made: Voice[] = []
  for (const name of ['one', 'two', 'three']) made.push(await makeVoice(server, key, { name }))
  const all = handles(await listOf(key))
  assert.deepEqual(all, [...made.map(({ handle }) => handle).reverse(), 'tone-a', 'tone-b', 'tone-c'])
  for (const limit of [1, 2, 4, 100]) {
    const paged: string[] = []
    for (let offset = 0; offset < all.length; offset += limit) {
      const page = await listOf(key, `?limit=${limit}&offset=${offset}`)
      assert.deepEqual([page.total, page.limit, page.offset], [6, limit, offset])
      assert.ok(page.voices.length <= limit)
      paged.push(...handles(page))
    }
    assert.deepEqual(paged, all)
  }
  assert.deepEqual((await listOf(key, '?offset=6')).voices, [])
})

test('a list is filtered by language, category and whose voices they are', async () => {
  const key = await freshKey()
  const own = await makeVoice(server, key, { supported_languages: ['de', 'fr'], category: 'narrative' })
  assert.deepEqual(handles(await listOf(key, '?language=fr')), [own.handle, 'tone-a', 'tone-c'])
  assert.deepEqual(handles(await listOf(key, '?category=narrative')), [own.handle])
  assert.deepEqual(handles(await listOf(key, '?category=premade&language=fr')), ['tone-a', 'tone-c'])
  assert.deepEqual(handles(await listOf(key, '?include_public=false')), [own.handle])
  assert.deepEqual(handles(await listOf(key, '?language=ja')), [])
  assert.equal((await listOf(key, '?sdk=js&include_public=true')).total, 4)
})

for (const query of [
  'limit=0',
  'limit=101',
  'limit=x',
  'offset=-1',
  'language=%25',
  'language=english',
  'include_public=maybe',
  'category=unheard_of',
]) {
  test(`a list is not asked for with ${query}`, async () => {
    const answer = await ask(server, await freshKey(), `/v1/voices?${query}`)
    await expectRefused(answer, 'VALIDATION_ERROR', new RegExp(`^${query.split('=')[0]}`))
  })
}

test('another account neither lists, reads nor changes a voice; the answer says nothing of it', async () => {
  const [key, other] = [await freshKey(), await freshKey()]
  const { id, handle } = await makeVoice(server, key, { is_public: true })
  assert.equal((await listOf(other)).total, 3)
  for (const name of [id, handle])
    for (const answer of [
      await ask(server, other, `/v1/voices/${name}`),
      await change(other, name, { name: 'Mine' }),
      await ask(server, other, `/v1/voices/${name}`, { method: 'DELETE' }),
    ])
      assert.deepEqual([answer.status, await answer.text()], [403, FORBIDDEN])
  assert.equal((await getVoice(key, id)).name, 'Ada')
})

test('a published voice waits for the operator, and is for everybody once it is verified', async () => {
  const [key, other] = [await freshKey(), await freshKey()]
  const { id, handle } = await makeVoice(server, key, { name: 'Shared' })
  const published = await voiceOf(await ask(server, key, `/v1/voices/${id}/publish`, { method: 'POST' }))
  assert.deepEqual(
    [published.is_public, published.pending_verification, published.verified],
    [true, true, false],
  )
  assert.equal((await ask(server, other, `/v1/voices/${id}`)).status, 403)
  const { voiceVerification } = server.operator
  assert.ok((await voiceVerification.pending()).some((voice) => voice.id === id))
  await voiceVerification.decide(String(id), true, OPERATOR)
  assert.ok((await voiceVerification.pending()).every((voice) => voice.id !== id))
  const seen = await getVoice(other, handle)
  assert.deepEqual([seen.verified, seen.pending_verification, seen.is_owner], [true, false, false])
  assert.deepEqual(handles(await listOf(other)).at(-1), handle)
  // Others hear and see it, and change nothing.
  assert.equal((await change(other, id, { name: 'Mine' })).status, 403)
  assert.equal((await ask(server, other, `/v1/voices/${id}/references`)).status, 403)

  const changed = await voiceOf(await change(key, id, { name: 'Something else' }))
  assert.deepEqual([changed.verified, changed.pending_verification], [false, true])
  assert.equal((await ask(server, other, `/v1/voices/${id}`)).status, 403)
  const taken = await voiceOf(await change(key, id, { is_public: false }))
  assert.deepEqual([taken.is_public, taken.pending_verification], [false, false])
  await assert.rejects(voiceVerification.decide(handle, true, OPERATOR), /not published/)
})

test('a plan without voices makes none, and still deletes what there is', async () => {
  const key = await freshKey()
  const voice = await makeVoice(server, key)
  const account = (await (await ask(server, key, '/v1/account')).json()) as { id: string }
  await changePlan(server, account.id, 'bare')
  assert.equal((await send(server, key, 'POST', '/v1/voices', { name: 'More' })).status, 403)
  assert.equal((await change(key, voice.id, { name: 'More' })).status, 403)
  assert.equal((await ask(server, key, `/v1/voices/${voice.id}/publish`, { method: 'POST' })).status, 403)
  assert.equal((await listOf(key)).total, 4)
  assert.equal((await ask(server, key, `/v1/voices/${voice.id}`, { method: 'DELETE' })).status, 204)
})

test('an account has only so many voices, however many are made at once', async () => {
  const { account_id: id } = server.account
  const { key } = await server.createKey()
  await changePlan(server, id, 'enterprise')
  const count = VOICES_PER_ACCOUNT_MAX + 5
  const answers = await Promise.all(
    Array.from({ length: count }, () => send(server, key, 'POST', '/v1/voices', { name: 'Many' })),
  )
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 201).length, VOICES_PER_ACCOUNT_MAX)
  assert.equal(statuses.filter((status) => status === 409).length, 5)
})

test('what is done with a voice is in the audit log', async () => {
  const { key } = await keyOn(server, 'full', { name: 'all', scopes: [...SCOPES] })
  const { id, handle } = await makeVoice(server, key, { speaker_consent: true })
  await change(key, id, { name: 'Grace' })
  await ask(server, key, `/v1/voices/${id}/publish`, { method: 'POST' })
  await server.operator.voiceVerification.decide(handle, false, OPERATOR)
  await ask(server, key, `/v1/voices/${id}`, { method: 'DELETE' })
  const filter = { accountId: null, action: null, actor: null, target: handle, fromMs: null, toMs: null }
  const { events } = await server.operator.audit.list(filter, { before: null, limit: 10 })
  assert.deepEqual(
    events.map(({ action, actor }) => [action, actor.split(':')[0]]),
    [
      ['voice.deleted', 'key'],
      ['voice.refused', 'operator'],
      ['voice.published', 'key'],
      ['voice.changed', 'key'],
      ['voice.created', 'key'],
    ],
  )
  assert.equal(events.at(-1)?.details['speaker_consent'], true)
})
