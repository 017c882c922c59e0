import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { manage } from './harness/manage.ts'
import { MEMORY_FOLDER } from './harness/memory-folder.ts'
import { isSigned, Receiver } from './harness/receiver.ts'
import { TONE_ENGINE } from './harness/test-server.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('an event that was acknowledged is delivered although the server is killed, and one that no server heard of too', async (t) => {
  const dataDir = await mkdtemp(join(MEMORY_FOLDER, 'kugelaudio-test-'))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dataDir,
    KUGELAUDIO_DATA_DIR: dataDir,
    KUGELAUDIO_PORT: '0',
    KUGELAUDIO_ENGINE_HOSTS: '1',
    KUGELAUDIO_ENGINE_COMMAND: JSON.stringify(TONE_ENGINE),
    KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.1',
  }
  const run = (...words: string[]): ChildProcess =>
    spawn(process.execPath, [MAIN, ...words], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const serve = async (): Promise<{ child: ChildProcess; url: string }> => {
    const child = run('serve')
    t.after(() => child.kill('SIGKILL'))
    assert.ok(child.stdout)
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, url } = JSON.parse(line)
      if (msg === 'listening') return { child, url }
    }
    throw new Error('the server did not start')
  }
  const command = async (...words: string[]): Promise<{ id: string; key: string }> => {
    const child = run(...words, '--json')
    assert.ok(child.stdout)
    return JSON.parse(await text(child.stdout))
  }
  const makeKey = (name: string) =>
    command('key', 'create', '--account', 'ada@example.com', '--name', name, '--scopes', 'keys:manage')
  await command('account', 'create', '--email', 'ada@example.com', '--name', 'Ada')
  const { key } = await makeKey('manager')
  const free = await Receiver.start()
  free.stop()

  const { child, url } = await serve()
  const made = await manage({ url }, key, 'POST', '/v1/webhooks', { url: free.url })
  const { secret } = (await made.json()) as { secret: string }
  const acknowledged = await manage({ url }, key, 'POST', '/v1/api-keys', { name: 'acknowledged' })
  assert.equal(acknowledged.status, 201)
  const killed = once(child, 'exit')
  child.kill('SIGKILL')
  await killed
  await makeKey('unheard')

  const receiver = await Receiver.start(Number(new URL(free.url).port))
  const again = await serve()
  const names = new Set<string>()
  while (names.size < 2) {
    const delivery = await receiver.next()
    assert.ok(isSigned(delivery, secret))
    names.add(JSON.parse(delivery.body).data.key.name)
  }
  assert.deepEqual([...names].sort(), ['acknowledged', 'unheard'])
  receiver.stop()
  again.child.kill('SIGTERM')
  await once(again.child, 'exit')
  await rm(dataDir, { recursive: true, force: true })
})
