import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { startServer, type TestServer } from './harness/test-server.ts'

/** The curl lines of the authentication page, as printed there. */
const GENERATE = `curl -X POST "https://api.kugelaudio.com/v1/tts/generate" \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"text": "Hello, world!", "model_id": "kugel-3"}'`
const MODELS_FROM_ENVIRONMENT = `# Set your API key as an environment variable
export KUGELAUDIO_API_KEY="YOUR_API_KEY"

# Then reference it in requests
curl https://api.kugelaudio.com/v1/models \\
  -H "Authorization: Bearer $KUGELAUDIO_API_KEY"`
const MODELS = `curl -X GET "https://api.kugelaudio.com/v1/models" \\
  -H "Authorization: Bearer YOUR_API_KEY"`
const EXPECTED_MODELS = {
  models: [
    { id: 'kugel-3', model_id: 'kugel-3', name: 'Kugel 3', max_input_length: 10000, sample_rate: 24000 },
  ],
}

let server: TestServer
let key: string
before(async () => {
  server = await startServer({ engine: 'espeak' })
  key = (await server.createKey()).key
})
after(() => server.stop())

/** Runs a snippet in a shell with nothing replaced but the host and the key. */
async function runSnippet(snippet: string, apiKey = key): Promise<Buffer> {
  const script = snippet
    .replaceAll('https://api.kugelaudio.com', server.url)
    .replaceAll('YOUR_API_KEY', apiKey)
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    encoding: 'buffer',
    maxBuffer: 10_000_000,
  })
  return stdout
}

test('the curl line of "HTTP Requests" answers with speech', async () => {
  const audio = await runSnippet(GENERATE)
  const samples = new Int16Array(audio.buffer, audio.byteOffset, audio.length / 2)
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const seconds = samples.length / 24_000
  assert.ok(seconds > 0.7 && seconds < 3, `"Hello, world!" takes ${seconds} s`)
  assert.ok(peak > 3_000 && peak < 32_767, `peak ${peak} is neither silent nor clipped`)
})

test('the curl lines of "SDK Usage" and "Testing Authentication" answer with the models', async () => {
  for (const snippet of [MODELS_FROM_ENVIRONMENT, MODELS]) {
    assert.deepEqual(JSON.parse((await runSnippet(snippet)).toString()), EXPECTED_MODELS)
  }
})

test('with a key that is none they answer with the body of "401 Unauthorized"', async () => {
  const body = { error: { code: 'unauthorized', message: 'Invalid or missing API key' } }
  for (const snippet of [GENERATE, MODELS_FROM_ENVIRONMENT, MODELS]) {
    assert.deepEqual(JSON.parse((await runSnippet(snippet, 'YOUR_API_KEY')).toString()), body)
  }
})
