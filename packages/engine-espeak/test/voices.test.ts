import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { VOICES } from '../src/voices.ts'

test('every voice has an id, a handle and a name of its own', () => {
  for (const key of ['id', 'handle', 'espeakName', 'name'] as const) {
    assert.equal(new Set(VOICES.map((voice) => voice[key])).size, VOICES.length, key)
  }
})

test('ids that were given out once stay with their voices', () => {
  // Public since version 0.1.0. Later voices get ids above these.
  const published = VOICES.filter(({ id }) => id <= 201)
    .sort((a, b) => a.id - b.id)
    .map(({ id, handle }) => `${id} ${handle}`)
  const digest = createHash('sha256').update(published.join('\n')).digest('hex')
  assert.equal(digest, '872c6d3cafda7e369765901164e28206fb82513c97a96b47e44f59d95c562994')
})

test('the first voices are the ones that stand for a language', () => {
  assert.deepEqual(
    VOICES.slice(0, 3).map(({ id, handle }) => [id, handle]),
    [
      [1, 'en-us'],
      [2, 'de'],
      [3, 'fr'],
    ],
  )
  assert.deepEqual(VOICES.find(({ handle }) => handle === 'en-us+f3')?.id, 51)
})
