import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { AuditEvent, Key, KeyWithSecret, Receipt } from '@kugelaudio/contract'
import type { ChainVerdict } from '../src/audit/chain.ts'
import { manage } from './harness/manage.ts'
import { Machine } from './harness/processes.ts'

/** Writes into the database as somebody with the file does. */
function byHand(machine: Machine, sql: string): void {
  const file = new DatabaseSync(join(machine.dataDir, 'kugelaudio.db'))
  file.exec(sql)
  file.close()
}

async function verify(
  machine: Machine,
  ...more: string[]
): Promise<{ code: number | null; verdict: ChainVerdict }> {
  const { code, stdout } = await machine.run(['audit', 'verify', ...more, '--json'])
  return { code, verdict: JSON.parse(stdout) }
}

test('the log is listed, exported and verified on the command line; a touched one ends with 1 and says where', async () => {
  await using machine = await Machine.open()
  const { id } = await machine.createKey('first')
  const second = await machine.createKey('second')
  const receipt = await machine.json<Receipt>(['key', 'revoke', id])
  const { events } = await machine.json<{ events: AuditEvent[] }>(['audit', 'list'])
  assert.deepEqual(
    events.map(({ action, target }) => [action, target]),
    [
      ['key.revoked', id],
      ['key.created', second.id],
      ['key.created', id],
      ['account.created', second.account_id],
    ],
  )
  const revoked = await machine.json<{ events: AuditEvent[] }>(['audit', 'list', '--action', 'key.revoked'])
  assert.deepEqual(revoked.events, events.slice(0, 1))
  const { stdout: human } = await machine.run(['audit', 'list'])
  assert.equal(human.trimEnd().split('\n').length, 4)
  assert.ok(!human.includes(second.key))

  const file = join(machine.dataDir, 'export.jsonl')
  assert.deepEqual(await machine.json(['audit', 'export', '-o', file]), { path: file, events: 4 })
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const exported = await readFile(file, 'utf8')
  assert.equal((await machine.run(['audit', 'export'])).stdout, exported)
  assert.deepEqual(
    exported
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    events.toReversed(),
  )
  const whole = await verify(machine)
  assert.deepEqual([whole.code, whole.verdict.intact, whole.verdict.events], [0, true, 4])
  assert.equal(whole.verdict.head, receipt.audit_head)
  assert.deepEqual(await verify(machine, file), whole)

  byHand(machine, `update audit_event set actor = 'key:${id}' where seq = 3`)
  const touched = await verify(machine)
  assert.equal(touched.code, 1)
  assert.deepEqual(touched.verdict.problems, [{ seq: 3, at: events[1]?.at, place: 3, what: 'changed' }])
  assert.deepEqual(touched.verdict.intactUntil, { seq: 2, at: events[2]?.at })
  const { stdout } = await machine.run(['audit', 'verify'])
  assert.match(stdout, /^Not whole: 4 events\.\nEvent 3 \(.+\) is not as it was written\.\nUp to event 2 \(/)
  assert.equal((await verify(machine, file)).code, 0, 'the export of before is still whole')
})

test('events cut off at the end are found, and those of an export by a head that was kept, as in a receipt', async () => {
  await using machine = await Machine.open()
  const { id } = await machine.createKey('first')
  const { audit_head: head = '' } = await machine.json<Receipt>(['key', 'revoke', id])
  assert.equal((await verify(machine, '--head', head)).code, 0)
  byHand(machine, `delete from audit_event where action = 'key.revoked'`)
  assert.equal((await verify(machine)).code, 1)
  assert.match(
    (await machine.run(['audit', 'verify'])).stdout,
    /is not the last one: there was more after it/,
  )
  const file = join(machine.dataDir, 'cut.jsonl')
  assert.equal((await machine.run(['audit', 'export', '-o', file])).code, 0)
  assert.equal((await verify(machine, file)).code, 0, 'an export does not know where it should end')
  const cut = await verify(machine, file, '--head', head.toUpperCase())
  assert.deepEqual([cut.code, cut.verdict.headFound], [1, false])
  assert.match(
    (await machine.run(['audit', 'verify', file, '--head', head])).stdout,
    /was cut or written anew/,
  )
  byHand(machine, 'delete from audit_event')
  assert.match(
    (await machine.run(['audit', 'verify'])).stdout,
    /^Not whole: 0 events\.\nAll events are gone\./,
  )
})

test("an account's export is verified by itself, and a line taken out of it is found", async () => {
  await using machine = await Machine.open()
  const { account_id: account } = await machine.createKey('first')
  await machine.run(['account', 'create', '--email', 'other@example.com', '--name', 'Other'])
  await machine.createKey('second')
  const file = join(machine.dataDir, 'ada.jsonl')
  await machine.run(['audit', 'export', '--account', 'ada@example.com', '-o', file])
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  assert.equal(lines.length, 3)
  assert.equal((await verify(machine, file, '--account', account)).code, 0)
  assert.equal((await verify(machine, file)).code, 1, 'of the whole server something is missing')
  await writeFile(file, `${lines.toSpliced(1, 1).join('\n')}\n`)
  const { code, verdict } = await verify(machine, file, '--account', account)
  assert.deepEqual([code, verdict.problems[0]?.what], [1, 'missing before'])
})

test('what is no export, is not there, or asks for nonsense is refused in a sentence', async () => {
  await using machine = await Machine.open()
  await machine.createKey('first')
  const file = join(machine.dataDir, 'nonsense')
  await writeFile(file, 'nonsense\n{}\n')
  const { code, verdict } = await verify(machine, file)
  assert.deepEqual([code, verdict.problems.map(({ what }) => what)], [1, ['unreadable', 'unreadable']])
  const wrong = [
    ['audit', 'verify', join(machine.dataDir, 'missing')],
    ['audit', 'verify', '--head', 'abc'],
    ['audit', 'verify', '--account', 'acc_1'],
    ['audit', 'list', '--limit', '0'],
    ['audit', 'list', '--account', 'nobody@example.com'],
    ['audit', 'export', '-o', join(machine.dataDir, 'missing', 'file')],
  ]
  for (const words of wrong) {
    const { code, stdout, stderr } = await machine.run(words)
    assert.equal(code, 1, words.join(' '))
    assert.equal(stdout, '')
    assert.match(stderr, /^[^\n]{5,200}\n/)
    assert.ok(!/\n\s+at /.test(stderr), stderr)
  }
  const missing = await machine.run(['audit', 'verify', join(machine.dataDir, 'missing'), '--json'])
  assert.equal(JSON.parse(missing.stdout).error_code, 'NOT_FOUND')
})

test('a server that is killed in the middle of changes leaves a whole log that says exactly what was done', async () => {
  await using machine = await Machine.open()
  const { key } = await machine.createKey('manager', ['--scopes', 'keys:manage'])
  for (let kill = 0; kill < 3; kill++) {
    const served = await machine.serve()
    const made: Promise<KeyWithSecret | null>[] = []
    const killed = Promise.withResolvers<void>()
    for (let i = 0; i < 40; i++) {
      const one = manage(served, key, 'POST', '/v1/api-keys', { name: `${kill} ${i}` })
        .then(async (answer) => (answer.status === 201 ? ((await answer.json()) as KeyWithSecret) : null))
        .catch(() => null)
      made.push(one)
      if (i === 20) void one.then(() => served.stop('SIGKILL')).then(() => killed.resolve())
    }
    await killed.promise
    const answered = (await Promise.all(made)).filter((one) => one !== null)
    assert.ok(answered.length > 0)
    const { code, verdict } = await verify(machine)
    assert.deepEqual([code, verdict.problems], [0, []])
    const { keys } = await machine.json<{ keys: Key[] }>(['key', 'list'])
    const listed = ['audit', 'list', '--action', 'key.created', '--limit', '1000']
    const { events } = await machine.json<{ events: AuditEvent[] }>(listed)
    assert.deepEqual(events.map(({ target }) => target).sort(), keys.map(({ id }) => id).sort())
    for (const { id } of answered)
      assert.ok(
        keys.some((one) => one.id === id),
        'an answered key is gone',
      )
  }
})
