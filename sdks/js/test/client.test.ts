import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { readOptions } from '../src/connection.ts'
import { KugelAudio, KugelAudioError, VERSION } from '../src/index.ts'
import { readVectors } from './harness/vectors.ts'

const texts = readVectors<{ name: string; text: string; expect: string }>('keys.json').cases
const KEY = texts.find(({ expect }) => expect === 'key')?.text ?? ''
const TOKEN = texts.find(({ expect }) => expect === 'token')?.text ?? ''

/** What is there in each kind of runtime. */
const RUNTIMES = {
  page: { document: {}, navigator: { userAgent: 'Mozilla/5.0' } },
  'worker of a page': { WorkerGlobalScope: {}, navigator: { userAgent: 'Mozilla/5.0' } },
  'React Native app': { navigator: { product: 'ReactNative' } },
}
const SERVERS = {
  'Node with a DOM for tests': { document: {}, process: { versions: { node: '26.0.0' } } },
  Deno: { Deno: { env: { get: () => undefined } }, navigator: { userAgent: 'Deno/2' } },
  'worker at the edge': { WorkerGlobalScope: {}, navigator: { userAgent: 'Cloudflare-Workers' } },
}

for (const [where, runtime] of Object.entries(RUNTIMES)) {
  test(`a key in a ${where} is refused with what to do instead; a token is not`, () => {
    for (const apiKey of [KEY, `eu-${KEY}`, 'sk_live_0123456789abcdef'])
      assert.throws(
        () => readOptions({ apiKey }, runtime),
        (error: Error) => {
          assert.equal(error.name, 'ValidationError')
          assert.match(error.message, /short-lived token/)
          return !error.message.includes(apiKey)
        },
      )
    assert.throws(() => readOptions({ apiKey: 'master', isMasterKey: true }, runtime))
    assert.equal(readOptions({ apiKey: TOKEN }, runtime).kind, 'token')
    assert.equal(readOptions({ apiKey: 'a.b.c', isToken: true }, runtime).kind, 'userToken')
  })
}

for (const [where, runtime] of Object.entries(SERVERS))
  test(`a key in ${where} is where it belongs`, () => {
    assert.equal(readOptions({ apiKey: KEY }, runtime).kind, 'key')
  })

test('options that cannot work are refused before anything is sent', () => {
  for (const options of [
    { timeout: 0 },
    { timeout: Number.NaN },
    { maxRetries: -1 },
    { keepalivePingInterval: -1 },
  ])
    assert.throws(() => new KugelAudio({ apiKey: KEY, ...options }), { name: 'ValidationError' })
  assert.equal(new KugelAudio({ apiKey: KEY, keepalivePingInterval: null }).keepalivePingInterval, 0)
})

test('the key is read from KUGELAUDIO_API_KEY when none is passed, as the authentication page says', () => {
  process.env['KUGELAUDIO_API_KEY'] = `eu-${KEY}`
  try {
    const client = new KugelAudio()
    assert.equal(client.apiKey, KEY)
    assert.equal(client.apiUrl, 'https://api.eu.kugelaudio.com')
  } finally {
    delete process.env['KUGELAUDIO_API_KEY']
  }
})

test('a client shows its key in nothing that is printed or logged', () => {
  const client = new KugelAudio({ apiKey: KEY })
  for (const shown of [
    inspect(client, { depth: 9, showHidden: true }),
    JSON.stringify(client),
    String(client),
  ])
    assert.ok(!shown.includes(KEY))
})

test('an error in JSON says all that is known of it', () => {
  const error = new KugelAudioError('No', { statusCode: 418, requestId: 'req_1' })
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    name: 'KugelAudioError',
    message: 'No (request_id: req_1)',
    statusCode: 418,
    requestId: 'req_1',
    deliveredChunks: 0,
  })
})

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.equal(VERSION, version)
})
