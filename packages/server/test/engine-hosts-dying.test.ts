import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameReader } from '../src/adapters/engine-hosts/frames.ts'
import type { EngineEvent } from '../src/speech/engine.ts'
import {
  begin,
  isFailure,
  openHosts,
  ready,
  rogue,
  Source,
  samplesIn,
  speakAll,
  until,
} from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'

test('a job whose host dies before a sound is said again, whole', async (t) => {
  const { engine } = openHosts(t)
  const [pid = 0] = await ready(engine)
  const job = begin(engine, new Source(['!empty', '!slow:400 word', 'and more']))
  const first = await job.next()
  assert.equal(first.value?.type, 'passage')
  const events: EngineEvent[] = first.done ? [] : [first.value]
  process.kill(pid, 'SIGKILL')
  for (let next = await job.next(); !next.done; next = await job.next()) events.push(next.value)
  assert.equal(samplesIn(events).length, toneSamples('!slow:400 word and more'))
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'passage' ? [event.passage] : [])),
    [0, 1, 2],
  )
  assert.notEqual(engine.health().hosts[0]?.pid, pid)
})

test('a job whose host dies after a sound ends with an error, and the next one is spoken', async (t) => {
  const { engine } = openHosts(t)
  const job = begin(engine, new Source(['words before the !crash']))
  assert.equal((await job.next()).value?.type, 'audio')
  await assert.rejects(async () => {
    while (!(await job.next()).done);
  }, isFailure('MODEL_UNAVAILABLE'))
  assert.equal((await job.next()).done, true)
  assert.equal(samplesIn(await speakAll(engine, ['next'])).length, toneSamples('next'))
})

test('text that kills every host is tried twice and no more', async (t) => {
  const { engine, clock, logged } = openHosts(t)
  const job = begin(engine, new Source(['!hang']))
  const first = job.next()
  first.catch(() => {})
  for (const tries of [1, 2]) {
    await until(() => engine.health().hosts[0]?.jobs === 1)
    clock.advance(9_000)
    assert.equal(logged.filter((line) => line.includes('died')).length, tries - 1)
    clock.advance(2_000)
  }
  await assert.rejects(first, isFailure('MODEL_UNAVAILABLE'))
  assert.match(logged.join('\n'), /it said nothing for 10000 ms/)
  clock.advance(1_000)
  assert.equal(samplesIn(await speakAll(engine, ['next'])).length, toneSamples('next'))
})

test('a host that hangs in a job nobody waits for is found out all the same', async (t) => {
  const { engine, clock } = openHosts(t)
  const [pid] = await ready(engine)
  const job = begin(engine, new Source(['!hang']))
  const next = job.next()
  await until(() => engine.health().hosts[0]?.jobs === 1)
  await job.return()
  assert.equal((await next).done, true)
  clock.advance(11_000)
  assert.notDeepEqual(await ready(engine), [pid])
})

test('a host that is idle may be silent for ever', async (t) => {
  const { engine, clock } = openHosts(t)
  const pids = await ready(engine)
  clock.advance(3_600_000)
  assert.deepEqual(await ready(engine), pids)
})

test('a host killed while idle is replaced', async (t) => {
  const { engine } = openHosts(t, { hosts: 2 })
  const [pid = 0, other] = await ready(engine, 2)
  process.kill(pid, 'SIGKILL')
  await until(() => !engine.health().hosts.some((host) => host.pid === pid))
  const pids = await ready(engine, 2)
  assert.ok(other !== undefined && pids.includes(other))
})

test('restarts come slower and slower', async (t) => {
  const { engine, clock, logged } = openHosts(t, { command: rogue('complaining') })
  const deaths = (): number => logged.filter((line) => line.includes('died')).length
  await until(() => deaths() === 2)
  for (const waitMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    const before = deaths()
    clock.advance(waitMs - 1)
    assert.equal(engine.health().hosts.length, 0)
    clock.advance(1)
    assert.equal(engine.health().hosts.length, 1)
    await until(() => deaths() === before + 1)
  }
})

test('a worn host is replaced while its successor already speaks', async (t) => {
  const { engine } = openHosts(t, { limits: { passagesPerHostMax: 5 } })
  const pids = new Set(await ready(engine))
  for (let at = 0; at < 20_000 && pids.size < 3; at += 1) {
    assert.equal(samplesIn(await speakAll(engine, ['word'])).length, toneSamples('word'))
    assert.equal(engine.health().state, 'ready')
    for (const { pid, ready } of engine.health().hosts) if (ready) pids.add(pid)
  }
  assert.ok(pids.size >= 3)
  await until(() => engine.health().hosts.length === 1)
})

for (const wrong of ['confused', 'inventive']) {
  test(`a ${wrong} host is killed and its jobs end with an error`, async (t) => {
    const { engine, clock, logged } = openHosts(t, { command: rogue(wrong) })
    await assert.rejects(speakAll(engine, ['word']), isFailure('MODEL_UNAVAILABLE'))
    assert.match(logged.join('\n'), /it broke the protocol/)
    clock.advance(1_000)
    await ready(engine)
  })
}

test('half a frame is no sign of life', async (t) => {
  const { engine, clock } = openHosts(t, { command: rogue('breathless') })
  const spoken = speakAll(engine, ['word'])
  spoken.catch(() => {})
  for (let tries = 0; tries < 2; tries += 1) {
    await until(() => engine.health().hosts[0]?.jobs === 1)
    clock.advance(11_000)
  }
  await assert.rejects(spoken, isFailure('MODEL_UNAVAILABLE'))
})

test('frames are the same wherever their bytes are split', () => {
  const stream = Buffer.concat([frame(0, 1, 300), frame(7, 3, 0), frame(7, 5, 20), frame(9, 6, 1)])
  const whole = [...new FrameReader().read(stream)]
  assert.deepEqual(
    whole.map(({ job, type, payload }) => [job, type, payload.length]),
    [
      [0, 1, 300],
      [7, 3, 0],
      [7, 5, 20],
      [9, 6, 1],
    ],
  )
  for (let size = 1; size < stream.length; size += 1) {
    const reader = new FrameReader()
    const frames = []
    for (let at = 0; at < stream.length; at += size)
      frames.push(...reader.read(stream.subarray(at, at + size)))
    assert.deepEqual(frames, whole)
  }
})

function frame(job: number, type: number, length: number): Buffer {
  const bytes = Buffer.alloc(9 + length, type)
  bytes.writeUInt32LE(job, 0)
  bytes.writeUInt8(type, 4)
  bytes.writeUInt32LE(length, 5)
  return bytes
}
