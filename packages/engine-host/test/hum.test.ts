import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { conformance } from './conformance.ts'
import { HostProcess } from './host-process.ts'
import { refusal, speak, startJob } from './spoken.ts'

const PROGRAM = { command: process.execPath, args: [fileURLToPath(import.meta.resolve('./engines/hum.ts'))] }
const FORMAT = { codec: 'pcm_s16le', sampleRate: 16_000 } as const

conformance('hum', PROGRAM)

suite('a host whose engine goes wrong', () => {
  let host: HostProcess
  before(() => {
    host = new HostProcess(PROGRAM)
  })
  after(() => host.close())
  const order = (text: string) => ({ voice: 'hum', format: FORMAT, lines: [{ text }] })

  test('an engine that throws ends its job only', async () => {
    const error = await refusal(host, order('!throw'))
    assert.deepEqual(error, { code: 'engine_failed', message: 'told to' })
    await speak(host, order('and on'))
  })

  test('a passage that does not end is cut at two minutes', async () => {
    const { passages } = await speak(host, order('!endless'))
    assert.equal(passages[0]?.audio_ms, 120_000)
  })

  test('an engine that waits can be cancelled in mid-passage', async () => {
    const job = startJob(host, order('!patient'))
    await host.until((frames) => frames.find((frame) => frame.type === 'audio' && frame.job === job))
    host.send({ cmd: 'cancel', job })
    await speak(host, order('and on'))
    assert.ok(host.frames.every((frame) => frame.job !== job || frame.type === 'audio'))
  })

  test('a host holds 256 jobs and refuses one more', async () => {
    const jobs = Array.from({ length: 257 }, () => host.newJob())
    for (const job of jobs) {
      host.send({ cmd: 'open', job, voice: 'hum', codec: 'pcm_s16le', sample_rate: 16_000, words: false })
    }
    const error = await host.until((frames) =>
      frames.find((frame) => frame.type === 'error' && frame.job === jobs.at(-1)),
    )
    assert.equal(error.type === 'error' && error.error.code, 'bad_command')
    for (const job of jobs) host.send({ cmd: 'cancel', job })
    await speak(host, order('and on'))
  })
})

test('an engine that cannot be opened says why, as job 0, and the host ends', async () => {
  const host = new HostProcess({ ...PROGRAM, args: [...PROGRAM.args, 'broken'] })
  assert.equal(await host.exit, 1)
  assert.deepEqual(host.frames, [
    { type: 'error', job: 0, error: { code: 'engine_failed', message: 'the hum is broken: turn it on' } },
  ])
})
