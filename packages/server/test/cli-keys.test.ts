import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Key, KeyWithSecret, Receipt } from '@kugelaudio/contract'
import { Machine, type Served } from './harness/processes.ts'

type Account = { account_id: string; user_id: string; email: string; plan: string }

let machine: Machine
let account: Account
let served: Served
before(async () => {
  machine = await Machine.open({ KUGELAUDIO_DEFAULT_PLAN: 'starter' })
  account = await machine.json<Account>(['account', 'create', '--email', 'Ada@Example.com', '--name', 'Ada'])
  served = await machine.serve()
})
after(() => machine[Symbol.asyncDispose]())

const statusOf = async (key: string, { url } = served): Promise<number> =>
  (await fetch(`${url}/v1/models`, { headers: { 'x-api-key': key } })).status

test('the first account is the operator’s, on the enterprise plan; the next ones get the default plan', async () => {
  assert.deepEqual(Object.keys(account), ['account_id', 'user_id', 'email', 'plan'])
  assert.match(account.account_id, /^acc_\w{20}$/)
  assert.match(account.user_id, /^usr_\w{20}$/)
  assert.equal(account.email, 'ada@example.com')
  assert.equal(account.plan, 'enterprise')
  const create = (email: string, more: string[] = []) =>
    machine.json<Account>(['account', 'create', '--email', email, '--name', 'X', ...more])
  assert.equal((await create('b@example.com')).plan, 'starter')
  assert.equal((await create('c@example.com', ['--plan', 'business'])).plan, 'business')
})

test('a key is shown once, works at once on the running server, and is listed without its secret', async () => {
  const created = await machine.createKey('Shown once', ['--environment', 'staging', '--expires-in', '90d'])
  assert.match(created.key, /^ka_[0-9A-Za-z]{46}$/)
  assert.equal(created.environment, 'staging')
  assert.equal(created.hint, `ka_…${created.key.slice(-4)}`)
  const lifetimeMs = Date.parse(created.expires_at ?? '') - Date.parse(created.created_at)
  assert.ok(Math.abs(lifetimeMs - 90 * 86_400_000) < 60_000, `${lifetimeMs} ms`)
  assert.equal(await statusOf(created.key), 200)
  const { stdout } = await machine.run(['key', 'list', '--account', account.account_id, '--json'])
  const listed = JSON.parse(stdout) as { keys: Key[]; total: number }
  assert.equal(listed.total, listed.keys.length)
  assert.equal(listed.keys.find(({ id }) => id === created.id)?.name, 'Shown once')
  const { stdout: human } = await machine.run(['key', 'list'])
  assert.ok(human.includes(created.id))
  assert.ok(!`${stdout}${human}`.includes(created.key), 'the list holds the secret')
})

test('a revocation is effective on the running server when the command returns, and its receipt verifies', async () => {
  const { id, key } = await machine.createKey('To be revoked')
  assert.equal(await statusOf(key), 200)
  const { stdout } = await machine.run(['key', 'revoke', id, '--reason', 'leaked', '--json'])
  assert.equal(await statusOf(key), 401)
  const receipt = JSON.parse(stdout) as Receipt
  assert.equal(receipt.key_id, id)
  assert.deepEqual(
    receipt.nodes.map(({ settled }) => settled),
    ['applied'],
  )
  assert.deepEqual(await machine.json(['receipt', 'verify'], { input: stdout }), { valid: true })
  assert.equal(
    (await machine.json<Receipt>(['key', 'revoke', id])).epoch,
    receipt.epoch,
    'it is revoked once',
  )
})

test('a rotation gives a new secret; the old one ends at once when no overlap is wanted', async () => {
  const { id, key } = await machine.createKey('To be rotated')
  const first = await machine.json<KeyWithSecret>(['key', 'rotate', id])
  assert.notEqual(first.key, key)
  assert.deepEqual([await statusOf(key), await statusOf(first.key)], [200, 200])
  const second = await machine.json<KeyWithSecret>(['key', 'rotate', id, '--overlap', '0s'])
  assert.deepEqual(
    [await statusOf(key), await statusOf(first.key), await statusOf(second.key)],
    [401, 401, 200],
  )
})

test('a receipt that was changed, or is none, does not verify', async () => {
  const { id } = await machine.createKey('Receipt')
  const receipt = await machine.json<Receipt>(['key', 'revoke', id])
  const changes = [
    { ...receipt, streams_severed: receipt.streams_severed + 1 },
    { ...receipt, nodes: [] },
    { ...receipt, signature: 'AAAA' },
    { ...receipt, signed_by: 'AAAA' },
    { ...receipt, more: 1 },
    null,
  ]
  for (const input of [...changes.map((changed) => JSON.stringify(changed)), 'no JSON', '']) {
    const { code, stdout } = await machine.run(['receipt', 'verify', '--json'], { input })
    assert.equal(code, 1)
    assert.equal(JSON.parse(stdout).valid, false)
  }
})

test('a receipt is verified elsewhere by the signer’s public key', async () => {
  const { id } = await machine.createKey('Elsewhere')
  const receipt = await machine.json<Receipt>(['key', 'revoke', id])
  await using elsewhere = await Machine.open()
  const path = join(elsewhere.dataDir, 'receipt.json')
  await writeFile(path, JSON.stringify(receipt))
  const verify = (more: string[]) => elsewhere.run(['receipt', 'verify', path, ...more])
  assert.equal((await verify(['--public-key', receipt.signed_by])).code, 0)
  assert.equal((await verify(['--public-key', 'A'.repeat(43)])).code, 1)
  assert.equal((await verify([])).code, 1, 'this machine did not sign it')
  await writeFile(path, JSON.stringify({ ...receipt, signed_by: 'nonsense' }))
  const { code, stderr } = await verify(['--public-key', 'nonsense'])
  assert.equal(code, 1)
  assert.doesNotMatch(stderr, /\n {4}at /)
})

test('an account is suspended and resumed on the running server at once', async () => {
  await machine.json(['account', 'create', '--email', 'eve@example.com', '--name', 'Eve'])
  const create = ['key', 'create', '--account', 'eve@example.com', '--name', 'E']
  const { key } = await machine.json<KeyWithSecret>(create)
  assert.equal(await statusOf(key), 200)
  await machine.json(['account', 'suspend', 'eve@example.com', '--reason', 'unpaid'])
  assert.equal(await statusOf(key), 403)
  await machine.json(['account', 'resume', 'eve@example.com'])
  assert.equal(await statusOf(key), 200)
})

test('without a server the same commands work, and a server started later knows', async () => {
  await using own = await Machine.open()
  const [kept, revoked] = [await own.createKey('kept'), await own.createKey('revoked')]
  const receipt = await own.json<Receipt>(['key', 'revoke', revoked.id])
  assert.deepEqual(receipt.nodes, [])
  const later = await own.serve()
  assert.deepEqual([await statusOf(kept.key, later), await statusOf(revoked.key, later)], [200, 401])
})
