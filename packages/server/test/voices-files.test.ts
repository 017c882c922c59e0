import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SCOPES, VoiceWithSample } from '@kugelaudio/contract'
import { Failure } from '../src/failure.ts'
import { SWEEP_EVERY_MS } from '../src/speech/own-voices/sweep.ts'
import { openVoiceFolder } from '../src/speech/own-voices/voice-folder.ts'
import { ask, send, usageOf } from './harness/account-api.ts'
import { expectRefused } from './harness/expect-failure.ts'
import { bytesOf } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'
import { addReference, keptFiles, makeVoice } from './harness/voices.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' } })
  await server.engine.offer()
  key = (await server.createKey({ scopes: [...SCOPES] })).key
})
after(() => server.stop())

const sampleOf = (id: number, by = key): Promise<Response> =>
  ask(server, by, `/v1/voices/${id}/generate-sample`, { method: 'POST' })

async function generated(id: number): Promise<VoiceWithSample> {
  const answer = await sampleOf(id)
  assert.equal(answer.status, 200, await answer.clone().text())
  return VoiceWithSample.strict().parse(await answer.json())
}

test('a sample is spoken, kept, counted, and heard by whoever may have the voice', async () => {
  const { key: own, id: keyId } = await server.createKey()
  const { id } = await makeVoice(server, own, { sample_text: 'Hello there' })
  await expectRefused(await sampleOf(id, own), 'VALIDATION_ERROR', /no references/)
  await expectRefused(await ask(server, own, `/v1/voices/${id}/sample`), 'NOT_FOUND', /no sample/)
  await addReference(server, own, id)
  const answer = await ask(server, own, `/v1/voices/${id}/generate-sample`, {
    method: 'POST',
    // As the JavaScript SDK says without a body.
    headers: { 'content-type': 'application/json' },
  })
  const voice = VoiceWithSample.strict().parse(await answer.json())
  assert.equal(voice.sample_url, `${server.url}/v1/voices/${id}/sample`)
  const sample = await ask(server, own, `/v1/voices/${id}/sample`)
  assert.equal(sample.headers.get('content-type'), 'audio/mpeg')
  const bytes = await bytesOf(sample)
  assert.deepEqual(bytes, readFileSync(join(server.dataDir, voice.sample_s3_path)))
  assert.equal(bytes.readUInt16BE(0) & 0xffe0, 0xffe0)
  const { series } = await usageOf(server, own, '?group_by=key')
  const mine = series.find((row) => row.key_id === keyId)
  assert.equal(mine?.characters, 'Hello there'.length)
})

test('a new sample takes the place of the old one, file and all', async () => {
  const { id } = await makeVoice(server, key)
  await addReference(server, key, id)
  const before = keptFiles(server)
  const first = await generated(id)
  const second = await generated(id)
  assert.notEqual(first.sample_s3_path, second.sample_s3_path)
  assert.deepEqual(keptFiles(server), [...before, second.sample_s3_path.slice('voices/'.length)].sort())
  await ask(server, key, `/v1/voices/${id}`, { method: 'DELETE' })
  assert.equal(keptFiles(server).length, before.length - 1)
})

test('a sample that cannot be spoken is an error, and the one before stays', async () => {
  const { id } = await makeVoice(server, key)
  await addReference(server, key, id)
  const { sample_s3_path } = await generated(id)
  await send(server, key, 'PATCH', `/v1/voices/${id}`, { sample_text: '#empty' })
  await expectRefused(await sampleOf(id), 'EMPTY_AUDIO')
  assert.ok(keptFiles(server).includes(sample_s3_path.slice('voices/'.length)))
  assert.equal((await ask(server, key, `/v1/voices/${id}/sample`)).status, 200)
})

test('a key that may not speak generates no sample, nor one that is locked to another voice', async () => {
  const { id } = await makeVoice(server, key)
  await addReference(server, key, id)
  const silent = await server.createKey({ scopes: ['voices:read', 'voices:write'] })
  assert.equal((await sampleOf(id, silent.key)).status, 403)
  const locked = await server.createKey({ limits: { voices: ['tone-a'] } })
  assert.equal((await sampleOf(id, locked.key)).status, 403)
})

test('files that belong to no voice are swept, and no others', async () => {
  const { id } = await makeVoice(server, key)
  await addReference(server, key, id)
  await generated(id)
  const kept = keptFiles(server)
  for (const name of ['ref_orphan.wav', 'sample_orphan.mp3', 'ref_cut.wav.part'])
    writeFileSync(join(server.dataDir, 'voices', name), 'left behind')
  for (let rounds = 0; keptFiles(server).length > kept.length; rounds++) {
    assert.ok(rounds < 1_000, 'nothing is swept')
    server.clock.fire(SWEEP_EVERY_MS)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(keptFiles(server), kept)
})

test('a recording whose file is gone is not found, and its row can be deleted', async () => {
  const { id } = await makeVoice(server, key)
  const { audio_url, s3_path, id: referenceId } = await addReference(server, key, id)
  rmSync(join(server.dataDir, s3_path))
  const path = new URL(audio_url).pathname
  await expectRefused(await ask(server, key, path), 'NOT_FOUND', /gone/)
  const gone = await ask(server, key, `/v1/voices/${id}/references/${referenceId}`, { method: 'DELETE' })
  assert.equal(gone.status, 204)
})

async function withFolder(
  work: (folder: ReturnType<typeof openVoiceFolder>, path: string) => Promise<void>,
): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'kugelaudio-voices-'))
  try {
    await work(
      openVoiceFolder(path, (error) => assert.fail(String(error))),
      path,
    )
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}
const filesIn = (dataDir: string): string[] => keptFiles({ dataDir: join(dataDir, '..') })

test('files are whole before anything names them, and gone when nothing does', async () => {
  const path = mkdtempSync(join(tmpdir(), 'kugelaudio-voices-'))
  const folder = openVoiceFolder(join(path, 'voices'), (error) => assert.fail(String(error)))
  const files = [
    { name: 'a.wav', bytes: Buffer.from('first') },
    { name: 'b.wav', bytes: Buffer.from('second') },
  ]
  const broken = new Failure('CONFLICT')
  await assert.rejects(
    folder.keep(files, async () => {
      assert.deepEqual(filesIn(join(path, 'voices')), ['a.wav', 'b.wav'])
      assert.equal(readFileSync(join(path, 'voices', 'b.wav'), 'utf8'), 'second')
      throw broken
    }),
    broken,
  )
  assert.deepEqual(filesIn(join(path, 'voices')), [])
  rmSync(path, { recursive: true })
})

test('a sweep leaves what is being kept, here or on another node, whenever it comes', () =>
  withFolder(async (folder, path) => {
    const owned = new Set<string>()
    const rows = async (names: readonly string[]): Promise<Set<string>> =>
      new Set(names.filter((name) => owned.has(name)))
    const other = openVoiceFolder(path, (error) => assert.fail(String(error)))
    await folder.keep([{ name: 'a.wav', bytes: Buffer.from('a') }], async () => {
      for (const sweeper of [folder, other]) assert.equal(await sweeper.sweep(rows), 0)
      owned.add('a.wav')
    })
    for (const sweeper of [folder, other, folder, other]) assert.equal(await sweeper.sweep(rows), 0)
    assert.equal(readFileSync(join(path, 'a.wav'), 'utf8'), 'a')
    owned.clear()
    assert.deepEqual([await folder.sweep(rows), await folder.sweep(rows)], [0, 1])
  }))

test('thousands of orphans are swept in parts', () =>
  withFolder(async (folder, path) => {
    for (let count = 0; count < 1_200; count++) writeFileSync(join(path, `ref_${count}.wav`), '')
    const asked: number[] = []
    const sweep = (): Promise<number> =>
      folder.sweep(async (names) => {
        asked.push(names.length)
        return new Set(names.filter((name) => name === 'ref_7.wav'))
      })
    assert.deepEqual([await sweep(), await sweep()], [0, 1_199])
    assert.ok(Math.max(...asked) <= 500)
    assert.equal(readFileSync(join(path, 'ref_7.wav'), 'utf8'), '')
  }))
