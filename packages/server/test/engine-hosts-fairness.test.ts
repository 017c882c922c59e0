import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Failure } from '../src/failure.ts'
import type { EngineEvent, JobOwner } from '../src/speech/engine.ts'
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

const QUEUE = 6

/** A host that is busy for a while, behind which a queue fills. */
async function openQueue(t: TestContext) {
  const { engine } = openHosts(t, { limits: { jobsWaitingMax: QUEUE } })
  await ready(engine)
  const order: string[] = []
  const speak = async (name: string, owner: JobOwner, texts = ['word']): Promise<string> => {
    try {
      await speakAll(engine, texts, settings(owner.accountId, owner))
      order.push(name)
      return 'spoken'
    } catch (error) {
      return (error as Failure).code
    }
  }
  for (const at of [1, 2]) void speak(`busy ${at}`, ownerOf('busy'), ['!slow:400'])
  await until(() => engine.health().hosts[0]?.jobs === 2)
  const isFull = () => until(() => engine.health().jobsWaiting === QUEUE)
  return { engine, order, speak, isFull }
}

const ownerOf = (accountId: string): JobOwner => ({ accountId, caller: {} })

test('an account that fills the queue gives way to one with less, with its newest job first', async (t) => {
  const { order, speak, isFull } = await openQueue(t)
  const greedy = ownerOf('greedy')
  const queued = Array.from({ length: QUEUE }, (_, at) => speak(`greedy ${at}`, greedy))
  await isFull()
  const modest = [1, 2].map((at) => speak(`modest ${at}`, ownerOf('modest')))
  assert.deepEqual(await Promise.all(modest), ['spoken', 'spoken'])
  const spoken = ['spoken', 'spoken', 'spoken', 'spoken']
  assert.deepEqual(await Promise.all(queued), [...spoken, 'MODEL_UNAVAILABLE', 'MODEL_UNAVAILABLE'])
  assert.ok(order.indexOf('modest 2') < order.indexOf('greedy 2'), order.join(', '))
})

test('who has as much as the others is refused, and takes nothing from them', async (t) => {
  const { engine, speak, isFull } = await openQueue(t)
  const owners = ['a', 'b', 'c'].map(ownerOf)
  const queued = owners.flatMap((owner) => [1, 2].map((at) => speak(`${owner.accountId} ${at}`, owner)))
  await isFull()
  for (const owner of owners) {
    assert.throws(() => engine.admit(owner), isFailure('MODEL_UNAVAILABLE'))
    assert.equal(await speak('too much', owner), 'MODEL_UNAVAILABLE')
  }
  // Whoever has nothing waiting has less than the others.
  const late = speak('d 1', ownerOf('d'))
  const ends = await Promise.all(queued)
  assert.equal(ends.filter((end) => end === 'MODEL_UNAVAILABLE').length, 1)
  assert.equal(await late, 'spoken')
})

test('many accounts with one job each push nobody out', async (t) => {
  const { engine, speak, isFull } = await openQueue(t)
  const queued = Array.from({ length: QUEUE }, (_, at) => speak(`${at}`, ownerOf(`account ${at}`)))
  await isFull()
  assert.throws(() => engine.admit(ownerOf('late')), isFailure('MODEL_UNAVAILABLE'))
  assert.equal(await speak('late', ownerOf('late')), 'MODEL_UNAVAILABLE')
  assert.deepEqual(await Promise.all(queued), Array(QUEUE).fill('spoken'))
})

test('within an account a socket with many jobs neither delays nor keeps out another socket', async (t) => {
  const { engine, order, speak, isFull } = await openQueue(t)
  const [crowded, quiet] = [ownerOf('one account'), ownerOf('one account')]
  const queued = Array.from({ length: QUEUE }, (_, at) => speak(`crowded ${at}`, crowded))
  await isFull()
  assert.throws(() => engine.admit(crowded), isFailure('MODEL_UNAVAILABLE'))
  engine.admit(quiet)
  assert.equal(await speak('quiet', quiet), 'spoken')
  assert.equal((await Promise.all(queued)).at(-1), 'MODEL_UNAVAILABLE')
  assert.ok(order.indexOf('quiet') <= order.indexOf('crowded 1'), order.join(', '))
})

test('what has begun is never pushed out', async (t) => {
  const { engine } = openHosts(t, { limits: { jobsWaitingMax: 2 } })
  await ready(engine)
  const greedy = settings('greedy', { caller: {} })
  const begun = Array.from({ length: 4 }, () =>
    begin(engine, new Source(['word', '!slow:300', 'word']), { job: greedy }),
  )
  const firsts = await Promise.all(begun.map((job) => job.next()))
  const spoken = begun.map(async (job, at) => {
    const events = [firsts[at]?.value].filter((event) => event !== undefined)
    for (let next = await job.next(); !next.done; next = await job.next()) events.push(next.value)
    return samplesIn(events).length
  })
  await until(() => engine.health().jobsWaiting >= 2)
  await assert.rejects(speakAll(engine, ['word'], settings('modest')), isFailure('MODEL_UNAVAILABLE'))
  assert.deepEqual(await Promise.all(spoken), Array(4).fill(toneSamples('word !slow:300 word')))
})

for (const tookMs of [200, 400]) {
  test(`when to come back follows from what waits and how long jobs took: ${tookMs} ms`, async (t) => {
    const { engine } = openHosts(t, { limits: { jobsWaitingMax: QUEUE } })
    await ready(engine)
    const word = `!slow:${tookMs}`
    // By the host's own word: a machine that is busy takes longer.
    const saidMs = generatingMsOf(await speakAll(engine, [word]))
    const jobs = Array.from({ length: QUEUE + 2 }, () => speakAll(engine, [word], settings('same')))
    await until(() => engine.health().jobsWaiting === QUEUE)
    assert.throws(
      () => engine.admit(settings('same', { caller: {} })),
      ({ code, retryAfterS }: Failure) =>
        code === 'MODEL_UNAVAILABLE' && retryAfterS === Math.ceil((QUEUE * saidMs) / 1_000),
    )
    assert.equal((await Promise.all(jobs)).length, QUEUE + 2)
  })
}

test('an engine that is told to rest says its sentences to their ends, and begins nothing more', async (t) => {
  const { engine } = openHosts(t)
  await ready(engine)
  const speaking = begin(engine, new Source(['one', '!slow:300 two', 'three', 'four', 'five']))
  const streaming = begin(engine, new Source(['word'], true))
  const before = [await speaking.next(), await streaming.next()].map(({ value }) => (value ? [value] : []))
  const waiting = speakAll(engine, ['never'], settings('other'))
  engine.rest()
  for (const job of [waiting, speakAll(engine, ['late'])])
    await assert.rejects(job, isFailure('SERVICE_UNAVAILABLE'))
  assert.throws(() => engine.admit(ownerOf('late')), isFailure('SERVICE_UNAVAILABLE'))
  const wholes = ['one', 'one !slow:300 two', 'one !slow:300 two three'].map((text) => toneSamples(text))
  const heard = await samplesOf(speaking, before[0] ?? [])
  assert.ok(wholes.includes(heard), `${heard} samples, not one of ${wholes}`)
  assert.equal(await samplesOf(streaming, before[1] ?? []), toneSamples('word'))
  assert.ok(isIdle(engine))
})

/** What is heard of a job until the failure that it ends with. */
async function samplesOf(job: ReturnType<typeof begin>, before: EngineEvent[]): Promise<number> {
  const events = [...before]
  await assert.rejects(async () => {
    for (let next = await job.next(); !next.done; next = await job.next()) events.push(next.value)
  }, isFailure('SERVICE_UNAVAILABLE'))
  return samplesIn(events).length
}

const generatingMsOf = (events: EngineEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'passage' ? event.genMs : 0), 0)
