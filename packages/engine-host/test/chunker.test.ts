import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createChunker } from '../src/chunker.ts'

function chunksOf(pieces: readonly number[]): number[][] {
  const chunks: number[][] = []
  const chunker = createChunker(1_000, (chunk) => chunks.push([...chunk]))
  let next = 0
  for (const length of pieces) chunker.push(Int16Array.from({ length }, () => next++))
  chunker.flush()
  return chunks
}

test('chunks grow from a tenth of a second to a second', () => {
  assert.deepEqual(
    chunksOf([3_000]).map(({ length }) => length),
    [100, 200, 400, 800, 1_000, 500],
  )
})

test('nothing is lost, doubled or put out of order, whatever the pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2_500 }), { maxLength: 10 }), (pieces) => {
      const count = pieces.reduce((sum, length) => sum + length, 0)
      assert.deepEqual(
        chunksOf(pieces).flat(),
        Array.from({ length: count }, (_, index) => index),
      )
    }),
  )
})

test('a passage begins with a short chunk again', () => {
  const lengths: number[] = []
  const chunker = createChunker(1_000, ({ length }) => lengths.push(length))
  for (const _ of [0, 1]) {
    chunker.push(new Int16Array(350))
    chunker.flush()
  }
  assert.deepEqual(lengths, [100, 200, 50, 100, 200, 50])
})
