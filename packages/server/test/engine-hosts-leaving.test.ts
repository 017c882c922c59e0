import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import {
  begin,
  isFailure,
  isIdle,
  openHosts,
  ready,
  Source,
  samplesIn,
  settings,
  speakAll,
  until,
} from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'

const revoked = new Error('the key was revoked')
const isRevoked = (error: unknown): boolean => error === revoked

test('a job whose signal is aborted never begins', async (t) => {
  const { engine } = openHosts(t)
  const source = new Source(['word'])
  const job = begin(engine, source, { signal: AbortSignal.abort(revoked) })
  await assert.rejects(job.next(), isRevoked)
  assert.equal((await job.next()).done, true)
  assert.equal(source.pulled, 0)
})

/** What a job is doing when it is aborted, and how many events its reader has taken by then. */
const stages = [
  { doing: 'waiting for text', texts: [], isEndless: true, taken: 0 },
  { doing: 'waiting for a host', texts: ['word', 'word'], isEndless: false, taken: 0 },
  { doing: 'being spoken', texts: ['!slow:200 word', 'word'], isEndless: false, taken: 0 },
  { doing: 'half heard', texts: ['a few words', 'and more', 'and more'], isEndless: false, taken: 1 },
  { doing: 'between two passages', texts: ['word'], isEndless: true, taken: 3 },
]

for (const { doing, texts, isEndless, taken } of stages) {
  test(`an abort ends a job that is ${doing}`, async (t) => {
    const { engine } = openHosts(t)
    if (doing !== 'waiting for a host') await ready(engine)
    const { signal, abort } = abortable()
    const source = new Source(texts, isEndless)
    const job = begin(engine, source, { signal })
    for (let at = 0; at < taken; at += 1) assert.ok(!(await job.next()).done)
    const next = job.next()
    next.catch(() => {})
    if (doing === 'being spoken') await until(() => engine.health().hosts[0]?.jobs === 1)
    if (doing === 'waiting for a host') await until(() => engine.health().jobsWaiting === 1)
    if (doing === 'half heard') await next
    abort()
    await assert.rejects(doing === 'half heard' ? job.next() : next, isRevoked)
    assert.equal((await job.next()).done, true)
    assert.ok(isIdle(engine))
    assert.ok(source.isLeft)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
    assert.equal(samplesIn(await speakAll(engine, ['next'])).length, toneSamples('next'))
  })
}

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort(revoked) }
}

test('an abort reaches a job that is all spoken and not yet heard', async (t) => {
  const { engine } = openHosts(t)
  const controller = new AbortController()
  const job = begin(engine, new Source(['words enough for several frames']), { signal: controller.signal })
  await job.next()
  await until(() => isIdle(engine))
  controller.abort(revoked)
  await assert.rejects(job.next(), isRevoked)
})

test('an abort after a failure leaves nothing of what was spoken before it', async (t) => {
  const { engine } = openHosts(t)
  const { signal, abort } = abortable()
  const job = begin(engine, new Source(['words enough for several frames', '!fail']), { signal })
  await job.next()
  await until(() => isIdle(engine))
  abort()
  await assert.rejects(job.next(), isRevoked)
  assert.equal((await job.next()).done, true)
})

test('a job that fails lets go of its signal', async (t) => {
  const { engine } = openHosts(t)
  const { signal } = abortable()
  await assert.rejects(
    begin(engine, new Source(['!fail']), { signal }).next(),
    isFailure('MODEL_UNAVAILABLE'),
  )
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a reader that leaves takes everything of its job along', async (t) => {
  const { engine } = openHosts(t)
  const { signal } = new AbortController()
  const source = new Source(Array(50).fill('some words'))
  for await (const event of engine.speak(source, settings(), signal)) if (event.type === 'audio') break
  assert.ok(source.isLeft)
  assert.ok(isIdle(engine))
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a reader can leave while it waits', async (t) => {
  const { engine } = openHosts(t)
  const source = new Source([], true)
  const job = begin(engine, source)
  const next = job.next()
  await job.return()
  assert.equal((await next).done, true)
  assert.ok(source.isLeft)
})

test('the bound of the queue refuses at once and says when to come back', async (t) => {
  const { engine } = openHosts(t, { limits: { jobsWaitingMax: 3 } })
  await ready(engine)
  await speakAll(engine, ['!slow:700'])
  const busy = Array.from({ length: 2 }, () => speakAll(engine, ['!slow:700']))
  await until(() => engine.health().hosts[0]?.jobs === 2)
  const waiting = Array.from({ length: 3 }, () => speakAll(engine, ['word']))
  await until(() => engine.health().jobsWaiting === 3)
  await assert.rejects(speakAll(engine, ['word']), (error: Error & { retryAfterS?: number }) => {
    return isFailure('MODEL_UNAVAILABLE')(error) && error.retryAfterS === 3
  })
  assert.equal((await Promise.all([...busy, ...waiting])).length, 5)
  assert.equal(samplesIn(await speakAll(engine, ['word'])).length, toneSamples('word'))
})

test('a job that waits for text takes no place in the queue, and is not refused later', async (t) => {
  const { engine } = openHosts(t, { limits: { jobsWaitingMax: 1 } })
  await ready(engine)
  const streaming = Array.from({ length: 5 }, () => begin(engine, new Source(['word'], true)))
  for (const job of streaming) assert.equal((await job.next()).value?.type, 'audio')
  const idle = Array.from({ length: 5 }, () => begin(engine, new Source([], true)))
  for (const job of idle) void job.next()
  assert.equal(engine.health().jobsWaiting, 0)
  assert.equal(samplesIn(await speakAll(engine, ['word'])).length, toneSamples('word'))
  for (const job of [...streaming, ...idle]) await job.return()
})
