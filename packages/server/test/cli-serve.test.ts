import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Receipt } from '@kugelaudio/contract'
import { toneSamples } from './engines/tone-speech.ts'
import { Machine } from './harness/processes.ts'
import { decodedSamples, peakOf } from './harness/programs.ts'
import { closed, connectTo, requestText } from './harness/raw-http.ts'
import { bytesOf, generate } from './harness/speech.ts'

test('a second server on the same data is refused, and says so; the first does not mind', async () => {
  await using machine = await Machine.open()
  const served = await machine.serve()
  const { code, stderr } = await machine.run(['serve'])
  assert.equal(code, 1)
  assert.match(stderr, /already running on this data folder/)
  assert.doesNotMatch(stderr, /\n {4}at /)
  assert.equal((await fetch(`${served.url}/health`)).status, 200)
})

test('of several servers that start at once on one folder one serves, and the others say so', async () => {
  for (let round = 0; round < 4; round++) {
    await using machine = await Machine.open()
    const starting = await Promise.allSettled([machine.serve(), machine.serve(), machine.serve()])
    const served = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    assert.equal(served.length, 1)
    const complaints = machine.printed.filter((text) => /already running on this data folder/.test(text))
    assert.equal(complaints.length, 2)
    assert.equal((await fetch(`${served[0]?.url}/health`)).status, 200)
    // The one that serves is the one that commands reach.
    const { id } = await machine.createKey('reached')
    const { nodes } = await machine.json<Receipt>(['key', 'revoke', id])
    assert.equal(nodes[0]?.settled, 'applied')
  }
})

test('help names every command, each of which has help of its own; the version is told; what is unknown is misuse', async () => {
  await using machine = await Machine.open()
  const { code, stdout } = await machine.run(['--help'])
  assert.equal(code, 0)
  const names = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)/gm)].map(
    ([, name]) => name,
  )
  for (const name of [
    'serve',
    'route',
    'account',
    'key',
    'receipt',
    'audit',
    'usage',
    'voice',
    'say',
    'conformance',
    'doctor',
  ])
    assert.ok(names.includes(name), name)
  for (const name of ['key', 'doctor']) {
    const help = await machine.run([name, '--help'])
    assert.equal(help.code, 0)
    assert.match(help.stdout, new RegExp(`^Usage: kugelaudio-server ${name} `))
  }
  assert.match((await machine.run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
  const unknown = await machine.run(['sever'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /unknown command 'sever'/)
})

test('a server that was killed does not stop the next one', async () => {
  await using machine = await Machine.open()
  const { key } = await machine.createKey('survivor')
  const killed = await machine.serve()
  await killed.stop('SIGKILL')
  const next = await machine.serve()
  assert.equal((await fetch(`${next.url}/v1/models`, { headers: { 'x-api-key': key } })).status, 200)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} lets what is being spoken end, closes what is idle, and ends with 0`, async () => {
    await using machine = await Machine.open()
    const { key } = await machine.createKey('speaking')
    const served = await machine.serve()
    const idle = await connectTo(served.url)
    const half = await connectTo(served.url)
    half.write('GET /health HTTP/1.1\r\nHo')
    const used = await connectTo(served.url)
    used.write(requestText('GET /health HTTP/1.1'))
    await once(used, 'data')
    const ends = [idle, half, used].map((socket) => closed(socket.resume()))
    const text = `${'first '.repeat(20)}#slow:daa last`
    const speaking = await generate(served, key, { text, normalize: false })
    const stopped = served.stop(signal)
    assert.equal((await bytesOf(speaking)).length, 2 * toneSamples(text), 'it was spoken to its end')
    assert.deepEqual(await stopped, { code: 0, signal: null })
    await Promise.all(ends)
    await assert.rejects(fetch(`${served.url}/health`))
    assert.equal(served.lines.at(-1)?.['msg'], 'stopped')
  })
}

test('what would take longer than the patience of a stop is broken off', async () => {
  await using machine = await Machine.open()
  const { key } = await machine.createKey('endless')
  const served = await machine.serve()
  const speaking = await generate(served, key, {
    text: `${'word '.repeat(40)}. #slow:gaaaa never`,
    normalize: false,
  })
  const stopped = served.stop()
  await assert.rejects(speaking.arrayBuffer())
  assert.deepEqual(await stopped, { code: 0, signal: null })
})

for (const [ending, format] of [
  ['wav', 'wav'],
  ['mp3', 'mp3'],
  ['opus', 'ogg'],
] as const) {
  test(`say writes a .${ending} of plausible length that is heard and not clipped`, async () => {
    await using machine = await Machine.open()
    const path = join(machine.dataDir, `said.${ending}`)
    const environment = { KUGELAUDIO_ENGINE_COMMAND: '' }
    const sentence = 'The quick brown fox jumps over the lazy dog.'
    const said = ['say', sentence, '-o', path]
    const told = await machine.json<{ path: string; audio_seconds: number; characters: number }>(said, {
      environment,
    })
    assert.equal(told.path, path)
    assert.equal(told.characters, sentence.length)
    const samples = decodedSamples(await readFile(path), format, 24_000)
    const seconds = samples.length / 24_000
    assert.ok(seconds > 1.5 && seconds < 5, `${seconds} s`)
    assert.ok(Math.abs(seconds - told.audio_seconds) < 0.3, `${seconds} s, told ${told.audio_seconds} s`)
    const peak = peakOf(samples)
    assert.ok(peak > 3_000 && peak < 32_700, `peak ${peak}`)
  })
}

test('a WAV file of say knows its length', async () => {
  await using machine = await Machine.open()
  const path = join(machine.dataDir, 'length.wav')
  assert.equal((await machine.run(['say', '-o', path], { input: 'Hello wide world' })).code, 0)
  const file = await readFile(path)
  assert.equal(file.readUInt32LE(4), file.length - 8)
  assert.equal(file.readUInt32LE(40), file.length - 44)
  assert.equal(file.length, 44 + 2 * toneSamples('Hello wide world'))
})

test('say waits for a player that takes its time, and is whole when it ends', async () => {
  await using machine = await Machine.open()
  const text = 'word '.repeat(1_000)
  // A pipe of the shell, as in: say … | aplay
  const program = new URL('../bin/kugelaudio-server', import.meta.url).pathname
  const child = machine.start('sh', ['-c', `"$0" say "$1" --format pcm_24000 | cat; exit $?`, program, text])
  let received = 0
  for await (const chunk of child.stdout ?? []) {
    received += chunk.length
    for (let turns = 0; turns < 20; turns++) await turn()
  }
  assert.ok(received > 2 * toneSamples(text), `${received} bytes`)
})
