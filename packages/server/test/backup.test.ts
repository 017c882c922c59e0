import assert from 'node:assert/strict'
import { appendFile, cp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Receipt } from '@kugelaudio/contract'
import { Machine } from './harness/processes.ts'
import { wavOf } from './harness/recordings.ts'
import { post, voiceForm } from './harness/voices.ts'

const statusOf = async (url: string, key: string): Promise<number> =>
  (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

type Verdict = { intact: boolean; head: string; headFound: boolean | null }
type Made = { keys: number; epoch: number; audit_head: string; files: number }
type Restored = Made & { audit: { intact: boolean; head: string } }

test('a backup of a server that writes is whole; restored, keys, receipts, usage, voices and the audit log are as they were', async () => {
  await using machine = await Machine.open()
  const { key, id } = await machine.createKey('kept')
  const revoked = await machine.createKey('revoked')
  const receipt = await machine.json<Receipt>(['key', 'revoke', revoked.id])
  const server = await machine.serve()
  const asked = { authorization: `Bearer ${key}` }
  const form = voiceForm({ name: 'Narrator', supported_languages: ['en'] }, [wavOf(1)])
  assert.equal((await post(server, key, '/v1/voices', form)).status, 201)
  await fetch(`${server.url}/v1/tts/generate`, {
    method: 'POST',
    headers: { ...asked, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Hello' }),
  }).then((answer) => answer.arrayBuffer())
  let isWriting = true
  const writing = (async () => {
    let written = 0
    for (; isWriting; written++) {
      const body = JSON.stringify({ name: `words ${written % 50}`, language: 'en' })
      await fetch(`${server.url}/v1/dictionaries`, {
        method: 'POST',
        headers: { ...asked, 'content-type': 'application/json' },
        body,
      })
    }
    return written
  })()
  const folder = join(machine.dataDir, 'copy')
  const made = await machine.json<Made>(['backup', folder])
  isWriting = false
  assert.ok((await writing) > 0, 'the server wrote meanwhile')
  assert.deepEqual([made.keys, made.epoch, made.files], [2, receipt.epoch, 3])
  assert.equal((await stat(folder)).mode & 0o077, 0, 'nobody else may look into it')
  const usage = await machine.json<object>(['usage'])
  await server.stop()

  await using other = await Machine.open()
  const restored = await other.json<Restored>(['restore', folder])
  assert.deepEqual([restored.audit.intact, restored.audit.head], [true, made.audit_head])
  assert.deepEqual(await other.json<object>(['usage']), usage)
  assert.equal((await other.run(['receipt', 'verify'], { input: JSON.stringify(receipt) })).code, 0)
  const again = await other.serve()
  assert.deepEqual([await statusOf(again.url, key), await statusOf(again.url, revoked.key)], [200, 401])
  const { voices } = (await (
    await fetch(`${again.url}/v1/voices?owned=true`, { headers: asked })
  ).json()) as { voices: { name: string }[] }
  assert.ok(voices.some(({ name }) => name === 'Narrator'))
  assert.deepEqual(await readdir(join(other.dataDir, 'voices')), await readdir(join(folder, 'voices')))
  const shown = await other.json<{ id: string; name: string }[] | { keys: { id: string }[] }>(['key', 'list'])
  assert.ok(JSON.stringify(shown).includes(id))
  await again.stop()
})

test('what an older backup brings back to life is told: by the head of a receipt, by doctor and by the log of the server', async () => {
  await using machine = await Machine.open()
  const { key, id } = await machine.createKey('late')
  const folder = join(machine.dataDir, 'copy')
  await machine.json(['backup', folder])
  const server = await machine.serve()
  const receipt = await machine.json<Receipt>(['key', 'revoke', id])
  assert.equal(await statusOf(server.url, key), 401)
  const head = receipt.audit_head ?? assert.fail('a receipt names the end of the log')
  assert.equal((await machine.json<Verdict>(['audit', 'verify', '--head', head])).headFound, true)
  await server.stop()
  assert.equal((await machine.doctorsWord('newest change', {})).ok, true)

  for (const name of ['kugelaudio.db', 'kugelaudio.db-wal', 'kugelaudio.db-shm'])
    await rm(join(machine.dataDir, name), { force: true })
  const { stdout } = await machine.run(['restore', folder])
  assert.match(stdout, /^What was revoked after that works again/m)
  const older = await machine.serve()
  assert.equal(await statusOf(older.url, key), 200, 'nobody can know from the backup alone')
  const told = older.lines.find(({ msg }) => msg === 'the data are older than those seen before')
  assert.equal(told?.['level'], 50)
  const { ok, found } = await machine.doctorsWord('newest change', {})
  assert.equal(ok, false)
  assert.match(found, /^the data are older than those seen here at .*what was revoked since may work again/)
  const { code, stdout: verdict } = await machine.run(['audit', 'verify', '--head', head, '--json'])
  assert.deepEqual([code, JSON.parse(verdict).headFound], [1, false])
  await older.stop()
  assert.equal((await machine.doctorsWord('newest change', {})).ok, false, 'stopping does not make it forget')
})

test('a backup that is not whole, and a place that is taken, are refused in a sentence and nothing is written', async () => {
  await using machine = await Machine.open()
  const empty = await machine.run(['backup', join(machine.dataDir, 'copy')])
  assert.deepEqual([empty.code, /^There are no data in /.test(empty.stderr)], [1, true])
  await machine.createKey('kept')
  const folder = join(machine.dataDir, 'copy')
  await machine.json(['backup', folder])
  const refused = async (words: string[], pattern: RegExp, on = machine) => {
    const { code, stderr, stdout } = await on.run(words)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, pattern)
  }
  await refused(['backup', folder], /is there already: name a new folder/)
  await refused(['restore', folder], /^There are data in /)
  await using other = await Machine.open()
  await refused(['restore', machine.dataDir], /is no backup: it has no backup\.json/, other)
  const touched = join(machine.dataDir, 'touched')
  await cp(folder, touched, { recursive: true })
  await appendFile(join(touched, 'kugelaudio.db'), 'x')
  await refused(['restore', touched], /^kugelaudio\.db is not as it was backed up/, other)
  assert.deepEqual(
    (await readdir(other.dataDir)).filter((name) => name.startsWith('kugelaudio')),
    [],
  )
})
