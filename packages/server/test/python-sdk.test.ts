import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startFaultyProxy } from './harness/faulty-proxy.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PROGRAM = fileURLToPath(new URL('./python/official_sdk.py', import.meta.url))

let server: TestServer
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' } })
})
after(() => server.stop())

test('the official Python package works, unmodified', async (t) => {
  const python = execFileSync('sh', ['scripts/python-tests'], { cwd: ROOT, encoding: 'utf8' }).trim()
  const { key } = await server.createKey()
  const narrow = await server.createKey({ scopes: ['usage:read'] })
  const restarting = await startFaultyProxy(server.url, { restartsFirst: true })
  t.after(() => restarting.stop())
  const program = spawn(python, [PROGRAM, server.url, key, narrow.key, restarting.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => program.kill())
  let checks = 0
  for await (const line of createInterface(program.stdout)) {
    const told: { fire: number } | { check: string; error: string | null } = JSON.parse(line)
    if ('fire' in told) server.clock.fire(told.fire)
    else {
      checks += 1
      await t.test(told.check, () => assert.equal(told.error, null))
    }
  }
  assert.ok(checks > 20)
})
