import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OPERATOR } from '../src/store/audit-log.ts'
import { ask, send } from './harness/account-api.ts'
import { ContextClient, bytesOf as contextBytes } from './harness/context-client.ts'
import { expectRefused, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { mintToken } from './harness/manage.ts'
import { changePlan, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import type { TestServer } from './harness/test-server.ts'
import { makeVoice } from './harness/voices.ts'

const TEXT = 'Hello there'

let server: TestServer
before(async () => {
  server = await startWithPlans([
    planOf('bare'),
    planOf('full', { features: ['voices', 'scoped_keys', 'tokens'] }),
  ])
  await server.engine.offer()
})
after(() => server.stop())

const freshKey = async (): Promise<string> => (await keyOn(server, 'full')).key

/** What is heard of the text over HTTP. */
async function heard(key: string, voice_id: number | string, more: object = {}): Promise<Buffer> {
  const answer = await generate(server, key, { text: TEXT, voice_id, ...more })
  assert.equal(answer.status, 200, await answer.clone().text())
  return await bytesOf(answer)
}
const change = (key: string, id: number | string, body: unknown): Promise<Response> =>
  send(server, key, 'PATCH', `/v1/voices/${id}`, body)
const remove = (key: string, id: number): Promise<Response> =>
  ask(server, key, `/v1/voices/${id}`, { method: 'DELETE' })

test('a voice of one’s own speaks as its base voice, by number, by its digits and by handle', async () => {
  const key = await freshKey()
  const { id, handle } = await makeVoice(server, key, { base_voice_id: 2 })
  const expected = await heard(key, 'tone-b')
  assert.notDeepEqual(expected, await heard(key, 'tone-a'))
  for (const name of [id, String(id), handle]) assert.deepEqual(await heard(key, name), expected)
})

test('its own pace comes on top of what a request asks for', async () => {
  const key = await freshKey()
  const { id } = await makeVoice(server, key, { settings: { speed: 0.8 } })
  const [plain, slow] = [await heard(key, 1), await heard(key, id)]
  assert.equal(slow.length, plain.length / 0.8)
  assert.equal((await heard(key, id, { speed: 0.8 })).length, plain.length / 0.64)
  // What official clients always send.
  assert.equal((await heard(key, id, { speed: 1 })).length, slow.length)
})

test('every socket takes it, and each next turn speaks it as it is then', async () => {
  const key = await freshKey()
  const { id, handle } = await makeVoice(server, key, { base_voice_id: 1 })
  const speak = await SpeakClient.open(server, key)
  const before = await speak.speak({ text: TEXT, voice_id: id })
  assert.deepEqual(before.bytes, await heard(key, 1))

  const stream = await StreamClient.open(server, key)
  const contexts = await ContextClient.open(server, key)
  const streamed = async (): Promise<Buffer> => {
    stream.send({ text: TEXT, voice_id: handle, flush: true })
    return (await stream.turn()).bytes
  }
  let contextCount = 0
  const spokenInContext = async (): Promise<Buffer> => {
    const context_id = `c${contextCount++}`
    contexts.send({ text: TEXT, voice_settings: { voice_id: id }, context_id, flush: true })
    return contextBytes(await contexts.until('final'))
  }
  assert.deepEqual(await streamed(), await heard(key, 1))
  assert.deepEqual(await spokenInContext(), await heard(key, 1))

  await change(key, id, { base_voice_id: 3 })
  const expected = await heard(key, 3)
  assert.notDeepEqual(expected, before.bytes)
  assert.deepEqual((await speak.speak({ text: TEXT, voice_id: id })).bytes, expected)
  assert.deepEqual(await streamed(), expected)
  assert.deepEqual(await spokenInContext(), expected)

  await remove(key, id)
  ;(await speak.speak({ text: TEXT, voice_id: id })).failure('NOT_FOUND')
  ;(await speak.speak({ text: TEXT, voice_id: 1 })).final
  await Promise.all([speak.close(), stream.close(), contexts.close()])
})

test('another account’s voice is forbidden, and one that is nobody’s is not found', async () => {
  const [key, other] = [await freshKey(), await freshKey()]
  const { id, handle } = await makeVoice(server, key)
  for (const voice_id of [id, handle]) {
    const refused = await generate(server, other, { text: TEXT, voice_id })
    assert.deepEqual([refused.status, await refused.text()], [403, FORBIDDEN_BODY])
  }
  await remove(key, id)
  for (const voice_id of [id, handle, 1_999_999_999, Number.MAX_SAFE_INTEGER, 'voice_'])
    await expectRefused(await generate(server, other, { text: TEXT, voice_id }), 'NOT_FOUND')
})

test('a published voice that was verified speaks for everybody, and no more once it is taken back', async () => {
  const [key, other] = [await freshKey(), await freshKey()]
  const { id } = await makeVoice(server, key, { base_voice_id: 3, is_public: true })
  assert.equal((await generate(server, other, { text: TEXT, voice_id: id })).status, 403)
  await server.operator.voiceVerification.decide(String(id), true, OPERATOR)
  assert.deepEqual(await heard(other, id), await heard(other, 3))
  await change(key, id, { is_public: false })
  assert.equal((await generate(server, other, { text: TEXT, voice_id: id })).status, 403)
})

test('a key locked to a voice of one’s own speaks with it alone, also when it names none', async () => {
  const key = await freshKey()
  const { id, handle } = await makeVoice(server, key, { base_voice_id: 2 })
  const { account_id: accountId } = await accountOfKey(key)
  for (const lock of [String(id), handle]) {
    const locked = await server.createKey({ accountId, limits: { voices: [lock] } })
    const answer = await generate(server, locked.key, { text: TEXT })
    assert.deepEqual(await bytesOf(answer), await heard(key, 2))
    assert.deepEqual(await heard(locked.key, handle), await heard(key, 2))
    // Not even as what it is heard as.
    const refused = await generate(server, locked.key, { text: TEXT, voice_id: 'tone-b' })
    assert.equal(refused.status, 403)
  }
})

test('a lock on several voices goes on with the next when one is deleted, and never opens', async () => {
  const key = await freshKey()
  const { account_id: accountId } = await accountOfKey(key)
  const first = await makeVoice(server, key, { base_voice_id: 3 })
  const second = await makeVoice(server, key, { base_voice_id: 2 })
  const limits = { voices: [first.handle, String(second.id)] }
  const locked = (await server.createKey({ accountId, limits })).key
  const without = async () => await generate(server, locked, { text: TEXT })
  assert.deepEqual(await bytesOf(await without()), await heard(key, 3))
  await remove(key, first.id)
  assert.deepEqual(await bytesOf(await without()), await heard(key, 2))
  await expectRefused(await generate(server, locked, { text: TEXT, voice_id: first.id }), 'NOT_FOUND')
  await remove(key, second.id)
  assert.equal((await without()).status, 403)
  assert.equal((await generate(server, locked, { text: TEXT, voice_id: 1 })).status, 403)
})

test('a token locked to a voice of one’s own speaks with it alone', async () => {
  const key = await freshKey()
  const { id, handle } = await makeVoice(server, key, { base_voice_id: 2 })
  for (const lock of [String(id), handle]) {
    const { token } = await mintToken(server, key, { voices: [lock], single_use: false })
    assert.deepEqual(await bytesOf(await generate(server, token, { text: TEXT })), await heard(key, 2))
    assert.equal((await generate(server, token, { text: TEXT, voice_id: 2 })).status, 403)
  }
})

test('a plan that loses voices does not speak with them any more', async () => {
  const key = await freshKey()
  const { id } = await makeVoice(server, key)
  await heard(key, id)
  await changePlan(server, (await accountOfKey(key)).account_id, 'bare')
  assert.equal((await generate(server, key, { text: TEXT, voice_id: id })).status, 403)
  await heard(key, 1)
})

test('usage is counted for the voice that was asked for', async () => {
  const key = await freshKey()
  const { handle, id } = await makeVoice(server, key)
  await heard(key, id)
  const answer = await ask(server, key, '/v1/usage?group_by=voice')
  const { series } = (await answer.json()) as { series: { voice: string; characters: number }[] }
  assert.deepEqual(
    series.map(({ voice, characters }) => [voice, characters]),
    [[handle, TEXT.length]],
  )
})

async function accountOfKey(key: string): Promise<{ account_id: string }> {
  const { id } = (await (await ask(server, key, '/v1/account')).json()) as { id: string }
  return { account_id: id }
}
