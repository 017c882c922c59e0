import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import type { EngineEvent, Passage } from '../src/speech/engine.ts'
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
} from './engines/harness.ts'
import { toneOf, toneSamples, toneWords } from './engines/tone-speech.ts'

test('passages become exactly the samples the engine made of them, in order', async (t) => {
  const { engine } = openHosts(t, { hosts: 2 })
  const events = await speakAll(engine, ['one two', 'three'])

  const expected = [...toneWords('one two'), ...toneWords('three')].flatMap((word) => [...toneOf(word)])
  assert.deepEqual([...samplesIn(events)], expected)
  assert.deepEqual(events.at(-1), { type: 'done', samples: expected.length, audioMs: expected.length / 24 })
  const passages = events.flatMap((event) => (event.type === 'passage' ? [event] : []))
  assert.deepEqual(
    passages.map(({ passage, startMs, audioMs }) => ({ passage, startMs, audioMs })),
    [
      { passage: 0, startMs: 0, audioMs: 300 },
      { passage: 1, startMs: 300, audioMs: 250 },
    ],
  )
})

test('words say when they are heard, counted from the start of the job', async (t) => {
  const { engine } = openHosts(t)
  const events = await speakAll(engine, ['one two', 'three'], settings('account', { wordTimes: true }))
  const words = events.flatMap((event) => (event.type === 'words' ? event.words : []))
  assert.deepEqual(words, [
    { start: 0, end: 3, startMs: 0, endMs: 150 },
    { start: 4, end: 7, startMs: 150, endMs: 300 },
    { start: 0, end: 5, startMs: 300, endMs: 550 },
  ])
})

test('speed and pauses reach the engine', async (t) => {
  const { engine } = openHosts(t)
  async function* passages(): AsyncGenerator<Passage> {
    yield { text: 'fast', speed: 1.25, leadMs: 100 }
  }
  const events: EngineEvent[] = []
  for await (const event of engine.speak(passages(), settings(), new AbortController().signal))
    events.push(event)
  assert.equal(samplesIn(events).length, 2_400 + toneSamples('fast', 1.25))
})

test('a job without passages is done at once, and one without sound says so', async (t) => {
  const { engine } = openHosts(t)
  assert.deepEqual(await speakAll(engine, []), [{ type: 'done', samples: 0, audioMs: 0 }])
  const silent = await speakAll(engine, ['!empty', '!empty'])
  assert.deepEqual(
    silent.map((event) => event.type),
    ['passage', 'passage', 'done'],
  )
})

test('what the engine refuses names its reason in the words of the public', async (t) => {
  const { engine } = openHosts(t)
  const flac = settings('account', { encoding: { codec: 'pcm_s16le', sampleRate: 1 } })
  await assert.rejects(
    speakAll(engine, ['x'], settings('account', { voice: 'nobody' })),
    isFailure('NOT_FOUND'),
  )
  await assert.rejects(speakAll(engine, ['x'], flac), isFailure('VALIDATION_ERROR'))
  await assert.rejects(speakAll(engine, ['!fail']), isFailure('MODEL_UNAVAILABLE'))
  assert.equal(samplesIn(await speakAll(engine, ['still here'])).length, toneSamples('still here'))
})

test('an error of the source of passages is the error of the job', async (t) => {
  const { engine } = openHosts(t)
  async function* passages(): AsyncGenerator<Passage> {
    yield { text: 'one', speed: 1, leadMs: 0 }
    throw new RangeError('bad markup')
  }
  const job = begin(engine, passages())
  await assert.rejects(async () => {
    while (!(await job.next()).done);
  }, RangeError)
  assert.ok(isIdle(engine))
})

test('an account with fifty jobs does not keep another one waiting', async (t) => {
  const { engine } = openHosts(t)
  const order: string[] = []
  const speak = async (account: string, name: string) => {
    await speakAll(engine, ['word'], settings(account))
    order.push(name)
  }
  const greedy = Array.from({ length: 50 }, (_, at) => speak('greedy', `greedy ${at}`))
  await Promise.all([...greedy, speak('modest', 'modest')])
  assert.equal(order.length, 51)
  assert.ok(order.indexOf('modest') <= 3, order.slice(0, 10).join(', '))
})

test('within an account a long job does not keep a short one waiting', async (t) => {
  const { engine } = openHosts(t)
  const order: string[] = []
  const speak = async (name: string, passages: number) => {
    await speakAll(engine, Array(passages).fill('word'))
    order.push(name)
  }
  await Promise.all([speak('long', 40), speak('longer', 50), speak('short', 2)])
  assert.deepEqual(order, ['short', 'long', 'longer'])
})

test('a reader that stops taking audio stops its own job and no other', async (t) => {
  const { engine } = openHosts(t)
  const source = new Source(Array(100).fill('a passage of several words'))
  const slow = begin(engine, source)
  assert.equal((await slow.next()).value?.type, 'audio')
  for (let at = 0; at < 5; at += 1) await speakAll(engine, Array(20).fill('word'))
  assert.equal(source.pulled, 2)

  let last: EngineEvent | undefined
  for (let next = await slow.next(); !next.done; next = await slow.next()) last = next.value
  assert.deepEqual(last?.type === 'done' && last.samples, 100 * toneSamples('a passage of several words'))
})

test('nothing is pulled or started before the first read', async (t) => {
  const { engine } = openHosts(t)
  await ready(engine)
  const source = new Source(['word'])
  engine.speak(source, settings(), new AbortController().signal)
  await speakAll(engine, ['word'])
  assert.equal(source.pulled, 0)
})

test('a thousand short jobs leave nothing behind', async (t) => {
  const { engine, clock } = openHosts(t, { hosts: 2 })
  await ready(engine, 2)
  const timers = clock.timers
  const { signal } = new AbortController()
  for (let round = 0; round < 20; round += 1) {
    const jobs = Array.from({ length: 50 }, async (_, at) => {
      let samples = 0
      for await (const event of engine.speak(new Source(['a']), settings(`account ${at % 7}`), signal)) {
        if (event.type === 'audio') samples += event.samples
      }
      return samples
    })
    assert.deepEqual(await Promise.all(jobs), Array(50).fill(toneSamples('a')))
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  assert.equal(clock.timers, timers)
  assert.ok(isIdle(engine))
})
