import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Machine } from './harness/processes.ts'

let machine: Machine
before(async () => {
  machine = await Machine.open()
  await machine.json(['account', 'create', '--email', 'ada@example.com', '--name', 'Ada'])
})
after(() => machine[Symbol.asyncDispose]())

const COMMANDS = [
  [],
  ['serve'],
  ['account'],
  ['account', 'create'],
  ['account', 'plan'],
  ['account', 'suspend'],
  ['account', 'resume'],
  ['key'],
  ['key', 'create'],
  ['key', 'list'],
  ['key', 'rotate'],
  ['key', 'revoke'],
  ['receipt'],
  ['receipt', 'verify'],
  ['say'],
  ['doctor'],
]

test('every command explains itself, and that is no failure', async () => {
  for (const words of COMMANDS) {
    const { code, stdout, stderr } = await machine.run([...words, '--help'])
    assert.equal(code, 0, words.join(' '))
    assert.ok(stdout.startsWith(`Usage: ${['kugelaudio-server', ...words].join(' ')} `), words.join(' '))
    assert.equal(stderr, '')
  }
})

test('every command, as a process of its own, does its work, says it on standard output alone, and ends by itself', async () => {
  await using own = await Machine.open()
  const ran = async (words: string[], expected: RegExp, input = '') => {
    const { code, signal, stdout, stderr } = await own.runAlone(words, { input })
    assert.deepEqual([code, signal, stderr], [0, null, ''], words.join(' '))
    assert.match(stdout, expected)
    return stdout
  }
  const email = 'ada@example.com'
  await ran(['account', 'create', '--email', email, '--name', 'Ada'], /^Account acc_/)
  await ran(['account', 'plan', email, 'business'], /account plan.changed\. Epoch/)
  const made = await ran(['key', 'create', '--account', email, '--name', 'A'], /^ka_\w{46}\n/)
  const id = /key_\w+/.exec(made)?.[0] ?? ''
  await ran(['key', 'rotate', id], /^ka_\w{46}\n/)
  const receipt = await ran(['key', 'revoke', id, '--json'], /^\{.*"epoch":3/)
  await ran(['receipt', 'verify'], /^Valid: key.revoked/, receipt)
  await ran(['key', 'list'], new RegExp(`^${id}`))
  await ran(['audit', 'verify'], /^Whole: 5 events/)
  await ran(['usage', '--csv'], /^account_id,day,/)
  await ran(['voice', 'pending'], /^No voice waits/)
  await ran(['say', 'hello', '-o', join(own.dataDir, 'hello.wav')], / s of speech\n$/)
  await ran(['doctor'], /^ok +speech engine: /m)
  assert.equal((await own.runAlone(['key', 'revoke', 'key_nobody'])).code, 1)
  assert.equal((await own.runAlone(['key', 'revoke'])).code, 2)
})

const MISUSES = [
  ['nonsense'],
  ['account', 'create'],
  ['account', 'create', '--email', 'x@example.com'],
  ['key', 'create', '--name', 'X'],
  ['key', 'create', '--account', 'ada@example.com', '--name', 'X', '--environment', 'moon'],
  ['key', 'revoke'],
  ['key', 'list', '--colour'],
  ['serve', 'now'],
]
const MISUSES_BY_PROGRAMS = [
  ['doctor', '--json', 'more'],
  ['key', 'create', '--account', 'ada@example.com', '--name', 'X', '--environment', 'moon', '--json'],
  ['usage', '--csv', '--json'],
  ['key', 'revoke', '--json'],
]

test('misuse ends with 2 and says what is missing or wrong, with nothing on standard output', async () => {
  for (const words of MISUSES) {
    const { code, stdout, stderr } = await machine.run(words)
    assert.equal(code, 2, words.join(' '))
    assert.equal(stdout, '', words.join(' '))
    assert.match(stderr, /^error: /, words.join(' '))
    assert.doesNotMatch(stderr, STACK, words.join(' '))
  }
})

test('misuse with --json is one JSON value on standard output as well', async () => {
  for (const words of MISUSES_BY_PROGRAMS) {
    const { code, stdout } = await machine.run(words)
    assert.equal(code, 2, words.join(' '))
    const { error, error_code, ...more } = JSON.parse(stdout)
    assert.deepEqual([typeof error, error_code, more], ['string', 'VALIDATION_ERROR', {}], words.join(' '))
    assert.doesNotMatch(error, /^error: /, words.join(' '))
  }
})

/** A file is nobody's folder. */
const IMPOSSIBLE = fileURLToPath(import.meta.url)
const STACK = /\n {4}at |node:internal/
const NEVER = join('/tmp', `kugelaudio-never-${process.pid}.wav`)

const FAILURES = [
  ['account', 'create', '--email', 'ADA@example.com', '--name', 'Again'],
  ['account', 'create', '--email', 'nobody', '--name', 'X'],
  ['account', 'create', '--email', 'x@example.com', '--name', ' '],
  ['account', 'create', '--email', 'x@example.com', '--name', 'X', '--plan', 'gold'],
  ['account', 'plan', 'nobody', 'free'],
  ['account', 'plan', 'ada@example.com', 'gold'],
  ['account', 'suspend', 'nobody'],
  ['key', 'create', '--account', 'nobody@example.com', '--name', 'X'],
  ['key', 'create', '--account', 'ada@example.com', '--name', ''],
  ['key', 'create', '--account', 'ada@example.com', '--name', 'x'.repeat(101)],
  ['key', 'create', '--account', 'ada@example.com', '--name', 'X', '--expires-in', 'soon'],
  ['key', 'create', '--account', 'ada@example.com', '--name', 'X', '--scopes', 'fly'],
  ['key', 'create', '--account', 'ada@example.com', '--name', 'X', '--allow-ip', 'home'],
  ['key', 'list', '--account', 'nobody'],
  ['key', 'revoke', 'key_nobody'],
  ['key', 'rotate', 'key_nobody'],
  ['receipt', 'verify', '/nonexistent/receipt.json'],
  ['say', 'hello', '-o', '/nonexistent/hello.wav'],
  ['say', 'hello', '-o', NEVER, '--voice', 'nobody'],
  ['say', 'hello', '-o', NEVER, '--speed', 'fast'],
  ['say', 'hello', '-o', NEVER, '--format', 'aiff'],
  ['say', '#fail', '-o', NEVER],
  ['say', '...', '-o', NEVER],
  ['say', ' ', '-o', NEVER],
]

for (const [at, words] of FAILURES.entries()) {
  const asJson = at % 2 === 1
  const form = asJson ? 'one JSON value' : 'a sentence'
  test(`a failure ends with 1 and ${form}, never a stack: ${words.join(' ').slice(0, 80)}`, async () => {
    const { code, stdout, stderr } = await machine.run(asJson ? [...words, '--json'] : words)
    assert.equal(code, 1)
    assert.doesNotMatch(stderr, STACK)
    if (asJson) {
      const { error, error_code } = JSON.parse(stdout)
      assert.ok(typeof error === 'string' && typeof error_code === 'string')
    } else {
      assert.equal(stdout, '')
      assert.match(stderr, /\S/)
    }
    await assert.rejects(stat(NEVER), 'a failed command leaves no file')
  })
}

test('a password comes through standard input, long enough, and is kept as a hash alone', async () => {
  await using own = await Machine.open()
  const words = ['account', 'create', '--email', 'p@example.com', '--name', 'P', '--password-stdin']
  const short = await own.run(words, { input: 'short\n' })
  assert.equal(short.code, 1)
  assert.match(short.stderr, /password/)
  const password = 'correct horse battery staple'
  assert.equal((await own.run(words, { input: `${password}\n` })).code, 0)
  let kept = ''
  for (const file of ['kugelaudio.db', 'kugelaudio.db-wal'])
    kept += await readFile(join(own.dataDir, file), 'latin1').catch(() => '')
  assert.ok(!kept.includes(password))
  // 128 MiB and a quarter of a second for every guess.
  assert.ok(kept.includes('scrypt$131072$8$1$'))
})

test('the data folder and its secret are their owner’s alone', async () => {
  await using own = await Machine.open()
  const dataDir = join(own.dataDir, 'new')
  await own.run(['key', 'list'], { environment: { KUGELAUDIO_DATA_DIR: dataDir } })
  assert.equal((await stat(dataDir)).mode & 0o777, 0o700)
  assert.equal((await stat(join(dataDir, 'secret'))).mode & 0o777, 0o600)
})

test('doctor says what works and where each setting comes from, and never a secret', async () => {
  await using own = await Machine.open()
  const secret = 'a secret of more than thirty-two characters'
  const path = join(own.dataDir, 'the-secret')
  await writeFile(path, secret)
  const environment = { KUGELAUDIO_SECRET_FILE: path }
  const { code, stdout } = await own.run(['doctor', '--json'], { environment })
  assert.equal(code, 0, stdout)
  const { ok, settings } = JSON.parse(stdout)
  assert.equal(ok, true)
  const sourceOf = (variable: string): string =>
    settings.find((setting: { variable: string }) => setting.variable === variable).source
  assert.equal(sourceOf('KUGELAUDIO_SECRET'), 'file')
  assert.equal(sourceOf('KUGELAUDIO_PORT'), 'environment')
  assert.equal(sourceOf('KUGELAUDIO_LOG_LEVEL'), 'default')
  const human = await own.run(['doctor'], { environment })
  assert.ok(!`${stdout}${human.stdout}${human.stderr}`.includes(secret), 'the secret is not shown')
})

test('doctor ends with 1 when something does not work, and names it', async () => {
  await using own = await Machine.open()
  const broken: [environment: Record<string, string>, name: string][] = [
    [{ KUGELAUDIO_ENGINE_COMMAND: '["/nonexistent"]' }, 'speech engine'],
    [{ KUGELAUDIO_PROT: '1' }, 'KUGELAUDIO_PROT'],
    [{ KUGELAUDIO_DATA_DIR: join(IMPOSSIBLE, 'data') }, 'data folder'],
  ]
  for (const [environment, name] of broken) {
    const { code, stdout } = await own.run(['doctor', '--json'], { environment })
    assert.equal(code, 1, name)
    const failing = JSON.parse(stdout).checks.filter((check: { ok: boolean }) => !check.ok)
    assert.deepEqual(
      failing.map((check: { name: string }) => check.name),
      [name],
    )
  }
})

for (const words of [['serve'], ['key', 'list'], ['doctor'], ['say', 'x', '-o', NEVER]]) {
  test(`a wrong variable stops "${words[0]}" with its name and what was expected`, async () => {
    const { code, stderr, stdout } = await machine.run(words, { environment: { KUGELAUDIO_PORT: 'http' } })
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.equal(stderr, 'KUGELAUDIO_PORT must be a whole number from 0 to 65535, not "http".\n')
  })
}

test('a data folder that cannot be made is a sentence that names it', async () => {
  for (const words of [['serve'], ['key', 'list']]) {
    const environment = { KUGELAUDIO_DATA_DIR: join(IMPOSSIBLE, 'data') }
    const { code, stderr } = await machine.run(words, { environment })
    assert.equal(code, 1)
    assert.ok(stderr.includes(IMPOSSIBLE), stderr)
    assert.doesNotMatch(stderr, STACK)
  }
})

test('a port in use is said, with what to do', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  t.after(() => holder.close())
  const address = holder.address()
  const port = String(typeof address === 'object' ? address?.port : '')
  await using own = await Machine.open()
  const { code, stderr } = await own.run(['serve'], { environment: { KUGELAUDIO_PORT: port } })
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`Port ${port} is in use\\. Set KUGELAUDIO_PORT`))
})
