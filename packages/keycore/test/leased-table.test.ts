import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LeasedTable } from '../src/index.ts'

const record = (keyId: string, accountId = 'acc') => ({ keyId, accountId })
const filled = (holdsLease = () => true) =>
  new LeasedTable<ReturnType<typeof record>>({ capacity: 3, holdsLease })

test('nothing is found without a lease, and it is found again with one', () => {
  let leased = true
  const table = filled(() => leased)
  assert.equal(table.keep(table.beginRead(), 'd1', record('k1')), true)
  leased = false
  assert.equal(table.find('d1'), null)
  assert.equal(table.keep(table.beginRead(), 'd2', record('k2')), false)
  leased = true
  assert.deepEqual(table.find('d1'), record('k1'))
  assert.equal(table.find('d2'), null)
})

test('a read that was under way when its key was forgotten is not put back', () => {
  const table = filled()
  const mark = table.beginRead()
  table.forgetKey('k1')
  assert.equal(table.keep(mark, 'd1', record('k1')), false)
  assert.equal(table.find('d1'), null)
})

test('a read that was under way when another key was forgotten is kept; when its account was, it is not', () => {
  const table = filled()
  const mark = table.beginRead()
  table.forgetKey('k2')
  table.forgetAccount('other')
  assert.equal(table.isUndisturbed(mark), false)
  assert.equal(table.isUndisturbed(table.beginRead()), true)
  assert.equal(table.isCurrent(mark, record('k1')), true)
  assert.equal(table.isCurrent(mark, null), true)
  assert.equal(table.keep(mark, 'd1', record('k1')), true)
  assert.equal(table.isCurrent(mark, record('k2')), false)
  assert.equal(table.isCurrent(mark, record('k3', 'other')), false)
  table.forgetAll()
  for (const read of [record('k1'), record('k9'), null]) assert.equal(table.isCurrent(mark, read), false)
  assert.equal(table.isCurrent(table.beginRead(), record('k1')), true)
})

test('what was forgotten is remembered in bounded space, and never taken for unforgotten', () => {
  const table = filled()
  const mark = table.beginRead()
  table.forgetKey('first')
  for (let other = 0; other < 5_000; other++) {
    table.forgetKey(`other${other}`)
    assert.equal(table.isCurrent(mark, record('first')), false)
  }
  assert.equal(table.isCurrent(mark, record('untouched')), false, 'too much has happened to tell')
  assert.equal(table.isCurrent(table.beginRead(), record('first')), true)
})

test('forgetting a key forgets all its digests, forgetting an account all its keys, and no others', () => {
  const table = new LeasedTable<ReturnType<typeof record>>({ capacity: 9, holdsLease: () => true })
  for (const [digest, owner] of Object.entries({
    a: record('k1'),
    b: record('k1'),
    c: record('k2'),
    d: record('k3', 'other'),
  })) {
    table.keep(table.beginRead(), digest, owner)
  }
  table.forgetKey('k1')
  assert.deepEqual([table.find('a'), table.find('b')], [null, null])
  assert.deepEqual(table.find('c'), record('k2'))
  table.forgetAccount('acc')
  assert.equal(table.find('c'), null)
  assert.deepEqual(table.find('d'), record('k3', 'other'))
  table.forgetAll()
  assert.equal(table.size, 0)
})

test('against a model: never more than the capacity, never a record that was forgotten after its read began', () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('begin' as const) }),
    fc.record({ act: fc.constant('keep' as const), key: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ act: fc.constant('forget' as const), key: fc.integer({ min: 0, max: 5 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = filled()
      let mark = table.beginRead()
      const forgottenSince = new Set<number>()
      const dead = new Set<number>()
      for (const { act, ...rest } of steps) {
        const key = 'key' in rest ? rest.key : -1
        if (act === 'begin') {
          mark = table.beginRead()
          forgottenSince.clear()
        } else if (act === 'keep') {
          if (table.keep(mark, `d${key}`, record(`k${key}`))) dead.delete(key)
          assert.ok(!(forgottenSince.has(key) && table.find(`d${key}`) !== null))
        } else {
          table.forgetKey(`k${key}`)
          forgottenSince.add(key)
          dead.add(key)
        }
        assert.ok(table.size <= 3)
        for (const gone of dead) assert.equal(table.find(`d${gone}`), null)
      }
    }),
  )
})
