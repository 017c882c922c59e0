import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differenceOf, readCsv, writeCsv } from '../src/pages/dictionaries/csv.ts'
import { fullAtMs } from '../src/pages/plan/projection.ts'
import { spanBefore, spanOf, timesOf } from '../src/pages/usage/usage-search.ts'
import { ticksTo } from '../src/ui/ticks.ts'

const NOON = Date.UTC(2026, 10, 16, 12)

test('a quota is said to be full on a day only when it will be within the month, by the pace so far', () => {
  // 15.5 days for 800 of 1,000: the rest takes 3.875 days more.
  assert.equal(fullAtMs(800, 1_000, NOON), NOON + 3.875 * 86_400_000)
  assert.equal(fullAtMs(400, 1_000, NOON), null)
  assert.equal(fullAtMs(1_000, 1_000, NOON), null)
  assert.equal(fullAtMs(800, null, NOON), null)
  assert.equal(fullAtMs(800, 1_000, Date.UTC(2026, 10, 1, 5)), null)
})

test('a range has its days in UTC, never more than a report may span, and what was right before is as long', () => {
  assert.deepEqual(spanOf({ range: '7d' }, NOON), { from: '2026-11-10', to: '2026-11-16' })
  assert.deepEqual(spanBefore({ from: '2026-11-10', to: '2026-11-16' }), {
    from: '2026-11-03',
    to: '2026-11-09',
  })
  assert.deepEqual(spanOf({ range: 'month' }, NOON), { from: '2026-11-01', to: '2026-11-16' })
  const turned = spanOf({ range: 'dates', from: '2026-11-05', to: '2026-11-01' }, NOON)
  assert.deepEqual(turned, { from: '2026-11-01', to: '2026-11-01' })
  assert.equal(timesOf(spanOf({ range: 'dates', from: '2020-01-01', to: '2026-11-01' }, NOON)).length, 366)
})

test('the last day is shown by its hours, the one that goes on included, and so is the day before it', () => {
  const span = spanOf({ range: '24h' }, NOON + 59_000)
  assert.deepEqual(span, { from: '2026-11-15T13:00Z', to: '2026-11-16T12:00Z' })
  const times = timesOf(span)
  assert.deepEqual([times.length, times[0], times[11]], [24, span.from, '2026-11-16T00:00Z'])
  assert.deepEqual(spanBefore(span), { from: '2026-11-14T13:00Z', to: '2026-11-15T12:00Z' })
})

test('axes begin at zero, end at or above the highest, and have few round steps', () => {
  assert.deepEqual(ticksTo(0), [0, 1])
  assert.deepEqual(ticksTo(7), [0, 2, 4, 6, 8])
  for (const max of [1, 3, 9, 340, 999, 12_345, 1e9]) {
    const ticks = ticksTo(max)
    assert.ok((ticks.at(-1) ?? 0) >= max && ticks.length >= 2 && ticks.length <= 6, `${max}: ${ticks}`)
  }
})

test('a dictionary written as a file is read again as it was, whatever is in its words', () => {
  const entries = [
    { word: 'a "b", c;', replacement: 'two\nlines', ipa: 'ˈaː', case_sensitive: true },
    { word: 'Ä', replacement: '=1+1', ipa: null, case_sensitive: false },
  ]
  assert.deepEqual(readCsv(writeCsv(entries)), { entries, problems: [] })
  assert.deepEqual(readCsv(`\uFEFF${writeCsv(entries)}`).entries, entries)
  assert.deepEqual(differenceOf(entries, entries), { added: [], changed: [], removed: [] })
  assert.deepEqual(
    readCsv('a;b\nonly one\n"never closed').problems.map(({ reason }) => reason),
    ['quote'],
  )
  assert.deepEqual(readCsv('a,b\nonly one\nc,d,,perhaps\n').problems, [
    { line: 2, reason: 'columns' },
    { line: 3, reason: 'case' },
  ])
})
