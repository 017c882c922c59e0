import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HostProcess } from '@kugelaudio/engine-host/conformance'
import { BACKEND_VARIABLE } from '../src/backends/choose.ts'
import { espeakHost } from './espeak-host.ts'

test('an unknown backend is refused with what was expected', async () => {
  const program = espeakHost('auto')
  const host = new HostProcess({ ...program, env: { [BACKEND_VARIABLE]: 'fast' } })
  assert.equal(await host.exit, 1)
  assert.deepEqual(host.frames, [
    {
      type: 'error',
      job: 0,
      error: { code: 'engine_failed', message: `${BACKEND_VARIABLE}: expected auto, native or javascript` },
    },
  ])
})

test('auto prefers the native library', async () => {
  const host = new HostProcess(espeakHost('auto'))
  const { hello } = await host.until((frames) => frames.find((frame) => frame.type === 'hello'))
  assert.match(hello.backend, /^libespeak-ng .* \(native\)$/)
  assert.equal(hello.default_voices['en'], 'en-us')
  await host.close()
})
