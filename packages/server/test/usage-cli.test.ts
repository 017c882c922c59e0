import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KeyWithSecret, UsageReport } from '@kugelaudio/contract'
import { usageOf } from './harness/account-api.ts'
import { Machine, type Served } from './harness/processes.ts'
import { bytesOf, generate } from './harness/speech.ts'

let machine: Machine
let server: Served
let key: KeyWithSecret
let other: KeyWithSecret
const today = new Date().toISOString().slice(0, 10)
before(async () => {
  machine = await Machine.open()
  key = await machine.createKey('first')
  await machine.run(['account', 'create', '--email', 'bob@example.com', '--name', 'Bob', '--plan', 'free'])
  other = await machine.json(['key', 'create', '--account', 'bob@example.com', '--name', '=second'])
  server = await machine.serve()
  for (const [{ key: secret }, text] of [
    [key, 'word'],
    [key, 'words'],
    [other, 'more'],
  ] as const)
    await bytesOf(await generate(server, secret, { text }))
})
after(() => machine[Symbol.asyncDispose]())

const usage = (...words: string[]) => machine.json<UsageReport>(['usage', ...words])

test('the command prints what the route answers', async () => {
  const account = ['--account', 'ada@example.com']
  assert.deepEqual(await usage(...account), await usageOf(server, key.key))
  assert.deepEqual(
    await usage(...account, '--group-by', 'day,key', '--key', key.id, '--from', today, '--to', today),
    await usageOf(server, key.key, `?group_by=day,key&key_id=${key.id}&from=${today}&to=${today}`),
  )
})

test('without an account it tells the accounts apart', async () => {
  const { series, totals } = await usage('--group-by', 'model')
  assert.deepEqual(
    new Map(series.map(({ account_id, model, characters }) => [account_id, [model, characters]])),
    new Map([
      [key.account_id, ['kugel-3', 9]],
      [other.account_id, ['kugel-3', 4]],
    ]),
  )
  assert.deepEqual([totals.requests, totals.characters], [3, 13])
})

test('as CSV it is safe to open, and for a person it is lines', async () => {
  const words = ['usage', '--account', 'bob@example.com', '--group-by', 'key']
  const { stdout: csv } = await machine.run([...words, '--csv'])
  const names =
    'key_id,key_name,requests,characters,audio_seconds,errors,first_audio_p50_ms,first_audio_p95_ms'
  assert.equal(
    csv.replace(/,\d+,\d+\r\n$/, ',N,N\r\n'),
    `${names}\r\n${other.id},"'=second",1,4,0.2,0,N,N\r\n`,
  )
  const { stdout } = await machine.run(words)
  assert.match(stdout, /=second {2}1 requests, 4 characters, 0\.2 s, 0 errors\n.* to .*: 1 requests/)
})

test('what makes no sense is said, with exit code 1', async () => {
  for (const [words, about] of [
    [['--from', '2030-02-30'], /from: must be a day/],
    [['--group-by', 'colour'], /group_by/],
    [['--account', 'nobody@example.com'], /Account not found/],
  ] as const) {
    const { code, stderr } = await machine.run(['usage', ...words])
    assert.equal(code, 1)
    assert.match(stderr, about)
  }
})
