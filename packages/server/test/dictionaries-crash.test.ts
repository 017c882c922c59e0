import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { entriesOf, makeDictionary, putEntries } from './harness/dictionaries.ts'
import { Machine } from './harness/processes.ts'

const KILLS = 8
const ENTRIES = 4_000

/** Sets share half of their words, so that one replaces, adds and deletes. */
const setOf = (number: number) =>
  Array.from({ length: ENTRIES }, (_, at) => ({
    word: `word ${at + (number % 2) * (ENTRIES / 2)}`,
    replacement: `of set ${number}`,
  }))

test('after kill -9 in the middle of a replacement, a dictionary holds the old entries or the new ones, whole', async (t) => {
  const machine = await Machine.open()
  t.after(() => machine[Symbol.asyncDispose]())
  const { key } = await machine.createKey('crash')
  let server = await machine.serve()
  const { id } = await makeDictionary(server, key, setOf(0))
  let last = 0
  for (let kill = 1; kill <= KILLS; kill++) {
    const put = putEntries(server, key, id, setOf(kill)).then(
      ({ status }) => status === 200,
      () => false,
    )
    // Spread over all that a replacement takes.
    await pass((kill / KILLS) * 250)
    await server.stop('SIGKILL')
    const isAcknowledged = await put
    server = await machine.serve()
    const entries = await entriesOf(server, key, id)
    assert.equal(entries.length, ENTRIES, `kill ${kill}`)
    const sets = [...new Set(entries.map(({ replacement }) => Number(replacement.slice('of set '.length))))]
    assert.equal(sets.length, 1, `kill ${kill}: ${sets}`)
    const [there = -1] = sets
    assert.ok(isAcknowledged ? there === kill : there === kill || there === last, `kill ${kill}: ${there}`)
    assert.deepEqual(
      new Set(entries.map(({ word }) => word)),
      new Set(setOf(there).map(({ word }) => word)),
      `kill ${kill}`,
    )
    last = there
  }
})
