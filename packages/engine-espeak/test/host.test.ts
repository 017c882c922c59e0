import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HostProcess, speak } from '@kugelaudio/engine-host/conformance'
import { BACKEND_VARIABLE, type BackendChoice } from '../src/backends/choose.ts'
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

/** The host on a machine where these packages were not installed. */
function hostWithout(packages: string[], choice: BackendChoice): HostProcess {
  const { command, args, env } = espeakHost(choice)
  const hooks = import.meta.resolve('./refuse-packages.ts')
  const refused = { REFUSED_PACKAGES: packages.join(',') }
  return new HostProcess({ command, args: ['--import', hooks, ...args], env: { ...env, ...refused } })
}

test('without any espeak-ng the host says what to install, and ends', async () => {
  const host = hostWithout(['koffi', '@echogarden/espeak-ng-emscripten'], 'auto')
  assert.equal(await host.exit, 1)
  const [frame] = host.frames
  assert.ok(frame?.type === 'error' && frame.job === 0 && frame.error.code === 'engine_failed')
  assert.match(frame.error.message, /koffi.*npm install --include=optional/)
  assert.match(frame.error.message, /@echogarden\/espeak-ng-emscripten.*npm install --include=optional/)
})

test('without koffi the JavaScript build speaks', async () => {
  const host = hostWithout(['koffi'], 'auto')
  const { hello } = await host.until((frames) => frames.find((frame) => frame.type === 'hello'))
  assert.match(hello.backend, /\(JavaScript\)$/)
  await host.close()
})

test('without the reader of kanji the host says so, and Japanese is spoken all the same', async () => {
  const host = hostWithout(['lindera-wasm-nodejs-ipadic'], 'native')
  const { hello } = await host.until((frames) => frames.find((frame) => frame.type === 'hello'))
  assert.match(hello.backend, /kanji are not read/)
  const format = { codec: 'pcm_s16le', sampleRate: 24_000 } as const
  const { done } = await speak(host, { voice: 'ja', format, lines: [{ text: 'こんにちは' }] })
  assert.ok(done.audio_ms > 300)
  await host.close()
})
