import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import {
  REFERENCE_BYTES_MAX,
  REFERENCES_PER_VOICE_MAX,
  SCOPES,
  Voice,
  VoiceList,
  VoiceReferenceList,
} from '@kugelaudio/contract'
import { ask, send } from './harness/account-api.ts'
import { expectRefused, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { codedBy, FLAC, MP3, OPUS, wavOf } from './harness/recordings.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'
import { addReference, keptFiles, makeVoice, post, referenceForm, voiceForm } from './harness/voices.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' } })
  await server.engine.offer()
  key = (await server.createKey({ scopes: [...SCOPES] })).key
})
after(() => server.stop())

const referencesOf = async (id: number) =>
  VoiceReferenceList.parse(await (await ask(server, key, `/v1/voices/${id}/references`)).json())

const remove = (path: string): Promise<Response> => ask(server, key, path, { method: 'DELETE' })

/** A form written by hand; what a client could never say otherwise. */
const raw = (path: string, body: string | Buffer, boundary = 'cut'): Promise<Response> =>
  ask(server, key, path, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: new Uint8Array(Buffer.from(body)),
  })

test('a voice is made of a form with files, as the JavaScript SDK sends it', async () => {
  const files = [wavOf(1), codedBy(1, MP3), codedBy(1, FLAC), codedBy(1, OPUS)]
  const answer = await post(server, key, '/v1/voices', voiceForm({ name: 'Formed', sex: 'female' }, files))
  assert.equal(answer.status, 201, await answer.clone().text())
  const voice = Voice.strict().parse(await answer.json())
  assert.deepEqual([voice.name, voice.sex], ['Formed', 'female'])
  const references = await referencesOf(voice.id)
  assert.deepEqual(
    references.map(({ content_type, bytes }) => [content_type, bytes]),
    ['audio/wav', 'audio/mpeg', 'audio/flac', 'audio/ogg'].map((type, at) => [type, files[at]?.length]),
  )
})

test('a voice is made of a form whose metadata is a plain field, as the Python SDK sends it', async () => {
  const metadata = 'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json'
  const answer = await raw('/v1/voices', `--cut\r\n${metadata}\r\n\r\n{"name":"Plain"}\r\n--cut--\r\n`)
  assert.equal(answer.status, 201, await answer.clone().text())
})

test('a recording says what it is, and is given back as it was sent, to its account alone', async () => {
  const { id } = await makeVoice(server, key)
  const form = referenceForm(wavOf(2), { reference_text: 'Hello', speaker_consent: 'true' })
  const answer = await post(server, key, `/v1/voices/${id}/references`, form)
  const reference = (await answer.json()) as { id: number; audio_url: string; s3_path: string }
  assert.equal(answer.status, 201)
  assert.deepEqual([reference], await referencesOf(id))
  const { created_at: _, audio_url, s3_path, ...rest } = reference as Record<string, unknown>
  assert.deepEqual(rest, {
    id: reference.id,
    voice_id: id,
    name: 'take one.wav',
    reference_text: 'Hello',
    is_generated: false,
    content_type: 'audio/wav',
    bytes: wavOf(2).length,
    duration_ms: 2_000,
  })
  assert.match(String(s3_path), /^voices\/ref_[0-9A-Za-z]{20}\.wav$/)
  const sent = await fetch(String(audio_url), { headers: { authorization: `Bearer ${key}` } })
  assert.deepEqual(await bytesOf(sent.clone()), wavOf(2))
  assert.equal(sent.headers.get('content-type'), 'audio/wav')
  assert.equal(sent.headers.get('x-content-type-options'), 'nosniff')
  assert.equal((await fetch(String(audio_url))).status, 401)
  const other = await server.createAccount('other@example.com')
  const { key: foreign } = await server.createKey({ accountId: other, scopes: [...SCOPES] })
  const refused = await fetch(String(audio_url), { headers: { authorization: `Bearer ${foreign}` } })
  assert.deepEqual([refused.status, await refused.text()], [403, FORBIDDEN_BODY])
})

test('a name that leads elsewhere is shown, and leads nowhere', async () => {
  const { id } = await makeVoice(server, key)
  for (const name of ['../../etc/passwd', '..\\\\boot.ini', '/dev/null', 'a\u0000b.wav', 'x'.repeat(3_000)]) {
    const head = `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: audio/wav`
    const body = Buffer.concat([
      Buffer.from(`--cut\r\n${head}\r\n\r\n`),
      wavOf(0.2),
      Buffer.from('\r\n--cut--\r\n'),
    ])
    const answer = await raw(`/v1/voices/${id}/references`, body)
    assert.equal(answer.status, 201, await answer.clone().text())
    const { s3_path, name: shown } = (await answer.json()) as { s3_path: string; name: string }
    assert.match(s3_path, /^voices\/ref_\w+\.wav$/)
    assert.ok(shown.length <= 200 && !shown.includes('\0'))
  }
})

test('a deleted recording is gone with its file, and a deleted voice with all of them', async () => {
  const before = keptFiles(server)
  const { id } = await makeVoice(server, key)
  const [first, second] = [await addReference(server, key, id), await addReference(server, key, id)]
  assert.equal(keptFiles(server).length, before.length + 2)
  const gone = await remove(`/v1/voices/${id}/references/${first.id}`)
  assert.deepEqual([gone.status, await gone.text()], [204, ''])
  await expectRefused(await remove(`/v1/voices/${id}/references/${first.id}`), 'NOT_FOUND', /Reference/)
  assert.deepEqual(await referencesOf(id), [second])
  assert.equal(keptFiles(server).length, before.length + 1)
  await remove(`/v1/voices/${id}`)
  assert.deepEqual(keptFiles(server), before)
})

test('a recording is only found under its own voice', async () => {
  const [one, other] = [await makeVoice(server, key), await makeVoice(server, key)]
  const { id } = await addReference(server, key, one.id)
  await expectRefused(await remove(`/v1/voices/${other.id}/references/${id}`), 'NOT_FOUND')
  for (const nobody of ['0', 'x', '99999999999999999999', '-1', '%00'])
    await expectRefused(await remove(`/v1/voices/${one.id}/references/${nobody}`), 'NOT_FOUND')
  assert.equal((await referencesOf(one.id)).length, 1)
})

test('one bad file among good ones makes no voice, and leaves no file', async () => {
  const before = keptFiles(server)
  const form = voiceForm({ name: 'Half' }, [wavOf(1), Buffer.from('no audio'), wavOf(1)])
  await expectRefused(
    await post(server, key, '/v1/voices', form),
    'VALIDATION_ERROR',
    /^files\.1: is not audio/,
  )
  const wrong = voiceForm({ name: 'Half', sex: 'wrong' }, [wavOf(1)])
  await expectRefused(await post(server, key, '/v1/voices', wrong), 'VALIDATION_ERROR', /^sex: /)
  const unwilling = voiceForm({ name: 'Half', speaker_consent: false }, [wavOf(1)])
  await expectRefused(await post(server, key, '/v1/voices', unwilling), 'SPEAKER_CONSENT_REQUIRED')
  assert.deepEqual(keptFiles(server), before)
  const list = await ask(server, key, '/v1/voices?include_public=false&limit=100')
  assert.ok(!(await list.text()).includes('Half'))
})

const HELLO = 'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello'
const FORMS: [what: string, body: string, says: RegExp][] = [
  ['nothing', '', /ends before its last boundary/],
  ['no parts', '--cut--\r\n', /^file: is required, as a file$/],
  ['another boundary', '--other\r\n\r\n--other--\r\n', /malformed/],
  ['no end', `--cut\r\n${HELLO}`, /ends before its last boundary/],
  [
    'no end of a head',
    '--cut\r\nContent-Disposition: form-data; name="file"',
    /ends before its last boundary/,
  ],
  ['no name of a part', '--cut\r\nX: y\r\n\r\nhello\r\n--cut--\r\n', /has no name/],
  ['an endless head', `--cut\r\nX: ${'y'.repeat(200_000)}\r\n\r\n`, /head of a part of the form is too long/],
  ['a thousand parts', `${`--cut\r\nX: y\r\n\r\n\r\n`.repeat(1_000)}--cut--`, /has no name|too many parts/],
  ['two files', `--cut\r\n${HELLO}\r\n--cut\r\n${HELLO}\r\n--cut--\r\n`, /^file: at most 1 at a time$/],
  [
    'a member twice',
    `${'--cut\r\nContent-Disposition: form-data; name="reference_text"\r\n\r\na\r\n'.repeat(2)}--cut--`,
    /^reference_text: is in the form twice$/,
  ],
  [
    'a head that is no UTF-8',
    '--cut\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nhello\r\n--cut--\r\n',
    /malformed/,
  ],
]
for (const [what, body, says] of FORMS) {
  test(`a form with ${what} is refused, and the answer says why`, async () => {
    const { id } = await makeVoice(server, key)
    const answer = await raw(`/v1/voices/${id}/references`, Buffer.from(body, 'latin1'))
    await expectRefused(answer, 'VALIDATION_ERROR', says)
  })
}

test('what is no form is refused where a file is needed, and what is neither where it is not', async () => {
  const { id } = await makeVoice(server, key)
  const path = `/v1/voices/${id}/references`
  await expectRefused(await send(server, key, 'POST', path, {}), 'UNSUPPORTED_MEDIA_TYPE', /multipart/)
  for (const type of ['multipart/form-data', `multipart/form-data; boundary=${'b'.repeat(71)}`]) {
    const init = { method: 'POST', headers: { 'content-type': type }, body: 'x' }
    await expectRefused(await ask(server, key, path, init), 'VALIDATION_ERROR', /boundary/)
  }
  const plain = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"name":"a"}' }
  await expectRefused(await ask(server, key, '/v1/voices', plain), 'UNSUPPORTED_MEDIA_TYPE')
  const bare = new FormData()
  bare.append('name', 'a')
  await expectRefused(
    await post(server, key, '/v1/voices', bare),
    'VALIDATION_ERROR',
    /^metadata: is required/,
  )
  const broken = new FormData()
  broken.append('metadata', '{"name":')
  await expectRefused(await post(server, key, '/v1/voices', broken), 'VALIDATION_ERROR', /Invalid JSON/)
})

test('a quoted boundary, what follows the end, and bytes one by one are understood', async () => {
  const { id } = await makeVoice(server, key)
  const head = 'Content-Disposition: form-data; name="file"; filename="a.wav"'
  const bytes = Buffer.concat([
    Buffer.from(`--cut\r\n${head}\r\n\r\n`),
    wavOf(0.2, { rate: 8_000 }),
    Buffer.from('\r\n--cut--\r\nthis is no part of it'),
  ])
  let at = 0
  const trickle = new ReadableStream<Uint8Array>({
    pull: (body) => (at < bytes.length ? body.enqueue(bytes.subarray(at, ++at)) : body.close()),
  })
  const answer = await ask(server, key, `/v1/voices/${id}/references`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary="cut"' },
    body: trickle,
    duplex: 'half',
  } as RequestInit)
  assert.equal(answer.status, 201, await answer.clone().text())
})

test('what is too large is refused while it comes', async () => {
  const { id } = await makeVoice(server, key)
  const before = keptFiles(server)
  const large = Buffer.alloc(REFERENCE_BYTES_MAX + 1)
  wavOf(1).copy(large)
  const answer = await post(server, key, `/v1/voices/${id}/references`, referenceForm(large))
  await expectRefused(answer, 'PAYLOAD_TOO_LARGE', /^file: at most 10 MiB a file$/)
  const many = voiceForm({ name: 'Large' }, Array(4).fill(large.subarray(0, REFERENCE_BYTES_MAX)))
  await expectRefused(await post(server, key, '/v1/voices', many), 'PAYLOAD_TOO_LARGE')
  const metadata = { name: 'a', description: 'a'.repeat(300_000) }
  await expectRefused(await post(server, key, '/v1/voices', voiceForm(metadata)), 'PAYLOAD_TOO_LARGE')
  await expectRefused(await send(server, key, 'POST', '/v1/voices', metadata), 'PAYLOAD_TOO_LARGE')
  assert.deepEqual(keptFiles(server), before)
})

test('a voice has only so many recordings, however many come at once', async () => {
  const { id } = await makeVoice(server, key)
  const before = keptFiles(server).length
  const count = REFERENCES_PER_VOICE_MAX + 3
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      post(server, key, `/v1/voices/${id}/references`, referenceForm(wavOf(0.2))),
    ),
  )
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [...Array(REFERENCES_PER_VOICE_MAX).fill(201), 409, 409, 409])
  assert.equal((await referencesOf(id)).length, REFERENCES_PER_VOICE_MAX)
  assert.equal(keptFiles(server).length, before + REFERENCES_PER_VOICE_MAX)
  const tooMany = voiceForm({ name: 'a' }, Array(REFERENCES_PER_VOICE_MAX + 1).fill(wavOf(0.2)))
  await expectRefused(
    await post(server, key, '/v1/voices', tooMany),
    'VALIDATION_ERROR',
    /^files: at most 10/,
  )
})

test('an upload that is under way when its key is revoked leaves nothing', async () => {
  const { id, key: doomed } = await server.createKey()
  const { id: voiceId } = await makeVoice(server, key)
  const before = keptFiles(server)
  const form = new Response(referenceForm(wavOf(1)))
  const type = form.headers.get('content-type') ?? ''
  const bytes = Buffer.from(await form.arrayBuffer())
  let giveRest = (): void => {}
  const rest = new Promise<void>((resolve) => {
    giveRest = resolve
  })
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(bytes.subarray(0, 1_000))
      await rest
      controller.enqueue(bytes.subarray(1_000))
      controller.close()
    },
  })
  const answering = ask(server, doomed, `/v1/voices/${voiceId}/references`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    duplex: 'half',
  } as RequestInit)
  while (server.serving.grants.ofKey(id).length === 0) await new Promise((resolve) => setImmediate(resolve))
  await server.revokeKey(id)
  giveRest()
  assert.equal((await answering).status, 401)
  assert.deepEqual(keptFiles(server), before)
  assert.deepEqual(await referencesOf(voiceId), [])
})

test('what the README says about voices works as it is printed', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, script = ''] = /## Voices of your own\n.*?```bash\n(.*?)```/s.exec(readme) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'kugelaudio-readme-'))
  try {
    const hello = await generate(server, key, { text: 'Hello, world!', output_format: 'wav' })
    writeFileSync(join(folder, 'hello.wav'), await bytesOf(hello))
    const printed = await runScript(script.replaceAll('http://127.0.0.1:8000', server.url), folder)
    const [voice, list] = splitJson(printed)
    assert.equal(Voice.parse(voice).name, 'Narrator')
    assert.equal(VoiceList.parse(list).voices.length, 5)
    assert.equal((await referencesOf(Voice.parse(voice).id)).length, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const runScript = async (script: string, cwd: string): Promise<string> => {
  const env = { PATH: process.env['PATH'], KUGELAUDIO_API_KEY: key }
  return (await promisify(execFile)('bash', ['-e', '-c', script], { cwd, env })).stdout
}

/** Two answers, one right after the other. */
function splitJson(printed: string): unknown[] {
  const [first, second] = printed.split('}{')
  return [JSON.parse(`${first}}`), JSON.parse(`{${second}`)]
}
