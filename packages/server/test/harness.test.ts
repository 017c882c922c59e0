import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('a test that waits for what never comes fails, and those after it are run', async () => {
  const path = fileURLToPath(new URL('harness/never-ending.ts', import.meta.url))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--test-reporter=tap', path], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [told, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  assert.match(told, /^ok 1 - ends$/m)
  assert.match(told, /^not ok 2 - never ends$/m)
  assert.match(told, /^ok 3 - comes after$/m)
  assert.equal(code, 1)
})
