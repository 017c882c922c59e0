import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { Machine } from './harness/processes.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'

test('the endpoint runs by one command in front of a region, logs no key, and ends when it is told to', async () => {
  await using machine = await Machine.open()
  const { key } = await machine.createKey('routed')
  const region = await machine.serve({ KUGELAUDIO_REGION: 'eu' })
  const endpoint = await machine.route([
    '--regions',
    `eu=${region.url}`,
    '--port',
    '0',
    '--host',
    '127.0.0.1',
  ])
  assert.match(endpoint.complaints, /KugelAudio endpoint: http:\/\/127\.0\.0\.1:\d+\n {2}Regions: +eu at /)
  assert.equal(
    (await bytesOf(await generate(endpoint, `eu-${key}`, { text: 'word' }))).length,
    2 * toneSamples('word'),
  )
  const client = await SpeakClient.open({ wsUrl: endpoint.url.replace('http', 'ws') }, key)
  assert.equal((await client.speak('word')).samples, toneSamples('word'))
  await region.stop('SIGKILL')
  assert.equal((await client.closed).code, 1012)
  const down = await answerOf(await generate(endpoint, `eu-${key}`, { text: 'word' }))
  assert.match(expectFlat(down, 'SERVICE_UNAVAILABLE'), /region eu is not reachable/)
  assert.deepEqual(await endpoint.stop(), { code: 0, signal: null })
  const messages = endpoint.lines.map(({ msg }) => msg)
  for (const message of ['listening', 'request', 'socket', 'region is left out', 'stopped'])
    assert.ok(messages.includes(message), message)
  const written = JSON.stringify(endpoint.lines) + endpoint.complaints
  for (const secret of [key, 'api_key']) assert.ok(!written.includes(secret))
})

test('an endpoint that nobody told of regions, or whose port is taken, says so and ends', async () => {
  await using machine = await Machine.open()
  const alone = await machine.run(['route'])
  assert.equal(alone.code, 1)
  assert.match(alone.stderr, /regions: name every region and its address/)
  const wrong = await machine.run(['route', '--regions', 'eu=https://eu.example.com', '--only', 'us'])
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /must be named in KUGELAUDIO_REGIONS/)
  const taken = await machine.route(['--regions', 'eu=http://127.0.0.1:9'])
  const port = new URL(taken.url).port
  const second = await machine.run(['route', '--regions', 'eu=http://127.0.0.1:9', '--port', port])
  assert.equal(second.code, 1)
  assert.match(second.stderr, /Port \d+ is in use/)
  const { stdout } = await machine.run(['route', '--help'])
  for (const word of ['--regions', 'KUGELAUDIO_ROUTE_ONLY', '1012', 'Examples'])
    assert.ok(stdout.includes(word), word)
})
