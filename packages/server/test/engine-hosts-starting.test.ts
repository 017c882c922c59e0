import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '../src/failure.ts'
import {
  begin,
  isFailure,
  openHosts,
  ready,
  rogue,
  Source,
  settings,
  speakAll,
  until,
} from './engines/harness.ts'

test('the offer is what the engine said of itself', async (t) => {
  const { engine } = openHosts(t)
  const offer = await engine.offer()
  assert.equal(offer.engine, 'tone')
  assert.deepEqual(
    offer.voices.map((voice) => voice.handle),
    ['tone-a', 'tone-b', 'tone-c'],
  )
  assert.equal(offer.default_voices['de'], 'tone-b')
  await ready(engine)
  assert.deepEqual(await engine.offer(), offer)
})

test('a host works at a lower priority than the server', async (t) => {
  const { getPriority } = await import('node:os')
  const { engine } = openHosts(t)
  const [pid = 0] = await ready(engine)
  assert.equal(getPriority(pid), 10)
})

test('an engine that is not installed says what is missing', async (t) => {
  const { engine } = openHosts(t, { command: null, missing: 'Run npm install' })
  assert.deepEqual(engine.health(), {
    state: 'missing',
    reason: 'Run npm install',
    hosts: [],
    jobsWaiting: 0,
  })
  const saysSo = (error: Failure) => error.code === 'MODEL_UNAVAILABLE' && error.message === 'Run npm install'
  await assert.rejects(engine.offer(), saysSo)
  await assert.rejects(speakAll(engine, ['word']), saysSo)
})

/** Hosts that never get to `ready`, and what the operator is told. */
const unfit = [
  { wrong: 'garbage', reason: /it broke the protocol: / },
  { wrong: 'huge', reason: /frame of 4294967295 bytes/ },
  { wrong: 'newer', reason: /it speaks protocol 99, this server speaks 1/ },
  { wrong: 'unable', reason: /^the data file is missing$/ },
  { wrong: 'complaining', reason: /ended with code 1: Error: no such library$/ },
  { wrong: 'silent', reason: /it said nothing for 15000 ms while starting/, waitMs: 15_000 },
]

for (const { wrong, reason, waitMs = 0 } of unfit) {
  test(`an engine that is ${wrong} at every start has failed, and is tried again`, async (t) => {
    const { engine, clock, logged } = openHosts(t, { command: rogue(wrong) })
    const offered = engine.offer()
    offered.catch(() => {})
    const spoken = speakAll(engine, ['word'])
    spoken.catch(() => {})
    const deaths = (): number => logged.filter((line) => line.includes('died')).length
    for (let starts = 1; starts <= 3; starts += 1) {
      await until(() => engine.health().hosts.length === 1 || deaths() === starts)
      assert.equal(engine.health().state, 'starting')
      if (waitMs > 0) clock.advance(waitMs)
      await until(() => deaths() === starts)
      if (starts === 2) clock.advance(250)
    }
    assert.equal(engine.health().state, 'failed')
    assert.match(engine.health().reason ?? '', reason)
    const saysWhy = (error: Failure) =>
      isFailure('MODEL_UNAVAILABLE')(error) && reason.test(String(error.cause))
    await assert.rejects(offered, saysWhy)
    await assert.rejects(spoken, saysWhy)
    await assert.rejects(engine.offer(), saysWhy)
    await assert.rejects(speakAll(engine, ['word']), saysWhy)
    clock.advance(500)
    assert.equal(engine.health().hosts.length, 1)
  })
}

test('a program that does not exist has failed too', async (t) => {
  const { engine, clock } = openHosts(t, { command: ['/nowhere/engine'] })
  const offered = engine.offer()
  await until(() => engine.health().reason?.includes('ENOENT') ?? false)
  const tick = setInterval(() => clock.advance(250), 5)
  t.after(() => clearInterval(tick))
  await assert.rejects(offered, isFailure('MODEL_UNAVAILABLE'))
})

test('closing ends jobs with an error and leaves no process and no timer', async (t) => {
  const { engine, clock } = openHosts(t, { hosts: 2 })
  const pids = await ready(engine, 2)
  const speaking = begin(engine, new Source(Array(100).fill('word')))
  await speaking.next()
  const hanging = speakAll(engine, ['!hang'], settings('other'))
  const streaming = begin(engine, new Source([], true)).next()
  await until(() => engine.health().hosts.reduce((jobs, host) => jobs + host.jobs, 0) === 2)

  const closed = engine.close()
  await assert.rejects(async () => {
    while (!(await speaking.next()).done);
  }, isFailure('MODEL_UNAVAILABLE'))
  await assert.rejects(hanging, isFailure('MODEL_UNAVAILABLE'))
  await assert.rejects(streaming, isFailure('MODEL_UNAVAILABLE'))
  clock.advance(2_000)
  await closed
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  assert.equal(clock.timers, 0)
  await assert.rejects(speakAll(engine, ['word']), isFailure('MODEL_UNAVAILABLE'))
})

test('closing before the engine has started ends it', async (t) => {
  const { engine, clock } = openHosts(t)
  const offered = engine.offer()
  offered.catch(() => {})
  await engine.close()
  await assert.rejects(offered, isFailure('MODEL_UNAVAILABLE'))
  assert.equal(clock.timers, 0)
})
