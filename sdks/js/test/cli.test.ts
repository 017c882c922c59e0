import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toneSamples } from '../../../packages/server/test/engines/tone-speech.ts'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import { passagesOf } from '../src/cli/passages.ts'

const PROGRAM = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

let server: TestServer
let key: string
let folder: string
before(async () => {
  server = await startServer()
  key = (
    await server.createKey({ scopes: ['speech:generate', 'speech:stream', 'voices:read', 'keys:manage'] })
  ).key
  folder = await mkdtemp(join(tmpdir(), 'kugelaudio-cli-'))
})
after(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function run(
  words: string[],
  { input = '', environment = {} }: { input?: string; environment?: object } = {},
) {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: {
      PATH: folder,
      XDG_CONFIG_HOME: folder,
      KUGELAUDIO_API_KEY: key,
      KUGELAUDIO_API_URL: server.url,
      ...environment,
    },
  })
  const out: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (bytes) => out.push(bytes))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  const bytes = Buffer.concat(out)
  return { code, bytes, stdout: bytes.toString(), stderr }
}

test('say writes a WAV file with the length in its header', async () => {
  const path = join(folder, 'hello.wav')
  const { code, stderr } = await run(['say', 'Hello', 'there', '-o', path])
  assert.equal(code, 0, stderr)
  const file = await readFile(path)
  assert.equal(file.readUInt32LE(40), 2 * toneSamples('Hello there'))
  assert.equal(file.length, 44 + file.readUInt32LE(40))
})

test('say reads standard input and writes raw audio to standard output', async () => {
  const { code, bytes } = await run(['say', '-o', '-'], { input: 'Hello\n' })
  assert.equal(code, 0)
  assert.equal(bytes.length, 2 * toneSamples('Hello'))
})

test('say takes a text that is longer than a server takes', async () => {
  const text = 'A sentence that is said often. '.repeat(400)
  const { code, bytes, stderr } = await run(['say', '-o', '-', '--sample-rate', '8000'], { input: text })
  assert.equal(code, 0, stderr)
  assert.ok(text.length > 10_000)
  assert.equal(Math.round(bytes.length / 2 / (toneSamples(text) / 3)), 1)
})

test('say fetches formats that no socket carries', async () => {
  const path = join(folder, 'hello.mp3')
  assert.equal((await run(['say', 'Hello', '-o', path])).code, 0)
  assert.ok((await stat(path)).size > 100)
})

test('say plays through the first player that is there, and says when it fails', async () => {
  const played = join(folder, 'played.raw')
  await writeFile(join(folder, 'aplay'), `#!/bin/sh\nexec /bin/cat > ${played}\n`)
  await chmod(join(folder, 'aplay'), 0o755)
  assert.equal((await run(['say', 'Hello'])).code, 0)
  assert.equal((await readFile(played)).length, 2 * toneSamples('Hello'))
  await writeFile(join(folder, 'aplay'), '#!/bin/sh\nexit 3\n')
  const failed = await run(['say', 'Hello'])
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /aplay could not play it \(code 3\)/)
  await rm(join(folder, 'aplay'))
  const none = await run(['say', 'Hello'])
  assert.equal(none.code, 1)
  assert.match(none.stderr, /No player found/)
})

test('a file that could not be finished is not left behind', async () => {
  const path = join(folder, 'broken.wav')
  const { code, stderr } = await run(['say', `${'Begun. '.repeat(300)} #fail`, '-o', path])
  assert.equal(code, 1)
  assert.match(stderr, /temporarily unavailable/)
  await assert.rejects(stat(path), { code: 'ENOENT' })
})

test('models and keys are tables, or JSON', async () => {
  assert.match((await run(['models'])).stdout, /^ID +NAME +CHARACTERS +HZ\nkugel-3 +Kugel 3 +10000 +24000\n$/)
  const listed = JSON.parse((await run(['keys', '--json'])).stdout)
  assert.equal(listed[0].name, 'test')
  assert.ok(!JSON.stringify(listed).includes(key))
})

test('login keeps where the key is and never the key; it is forgotten on request', async () => {
  const file = join(folder, 'key.txt')
  await writeFile(file, `${key}\n`)
  const without = { KUGELAUDIO_API_KEY: '', KUGELAUDIO_API_URL: '' }
  const login = ['login', '--key-file', file, '--api-url', server.url]
  assert.equal((await run(login, { environment: without })).code, 0)
  const kept = join(folder, 'kugelaudio', 'login.json')
  assert.ok(!(await readFile(kept, 'utf8')).includes(key))
  assert.equal((await stat(kept)).mode & 0o777, 0o600)
  assert.equal((await run(['models'], { environment: without })).code, 0)
  await rm(file)
  const lost = await run(['models'], { environment: without })
  assert.equal(lost.code, 1)
  assert.match(lost.stderr, /cannot be read/)
  assert.equal((await run(['login', '--forget'])).code, 0)
  assert.match((await run(['models'], { environment: without })).stderr, /KUGELAUDIO_API_KEY/)
  assert.match((await run(['login', '--env', 'NOWHERE'])).stderr, /NOWHERE.*is not set/)
})

test('what is not understood ends with 2 and help, what fails with 1 and why, never with the key', async () => {
  for (const words of [['sing'], ['say', '--loudly', 'x']]) assert.equal((await run(words)).code, 2)
  for (const words of [
    ['say', 'x', '--speed', 'fast'],
    ['say', 'x', '-o', '-', '--voice', 'nobody'],
    ['say', ' '],
  ]) {
    const { code, stderr } = await run(words)
    assert.equal(code, 1)
    assert.ok(stderr.length > 5 && !stderr.includes(key) && !/at .*\.ts:\d/.test(stderr), stderr)
  }
  assert.match((await run(['--help'])).stdout, /^Usage: kugelaudio/)
  assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
})

test('passages: nothing but blanks is lost, none is too long, and sentences stay whole', () => {
  const texts = [
    '',
    ' ',
    'One.',
    'A sentence. '.repeat(1_000),
    'x'.repeat(9_999),
    '😀'.repeat(5_000),
    `${'word '.repeat(3_000)}`,
  ]
  for (const text of texts) {
    const passages = passagesOf(text)
    assert.equal(passages.join('').replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''))
    assert.ok(
      passages.every((passage) => passage.length <= 4_000 && passage.isWellFormed() && passage !== ''),
    )
  }
  assert.ok(passagesOf('A sentence. '.repeat(1_000)).every((passage) => passage.endsWith('.')))
})
