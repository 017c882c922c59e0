import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const here = (path: string): URL => new URL(path, import.meta.url)
const CHECKLIST = readFileSync(here('../../../docs/wire-protocol-checklist.md'), 'utf8')
/** Rows of the protocol's own checklist. */
const ROWS = 26

/** A line of a table: its first cell, and the tests that its last one names. */
const lines = CHECKLIST.split('\n')
  .filter((line) => /^\| (?!#|what|-)/.test(line))
  .map((line) => line.slice(2, -2).split(' | '))
  .map((cells) => ({ first: cells[0] ?? '', proofs: (cells.at(-1) ?? '').split('<br>') }))

test('every row of the checklist is there once, in order', () => {
  const numbers = lines.map(({ first }) => Number(first)).filter((number) => !Number.isNaN(number))
  assert.deepEqual(
    numbers,
    Array.from({ length: ROWS }, (_, at) => at + 1),
  )
})

for (const { first, proofs } of lines) {
  test(`the tests that the checklist names exist: ${first}`, () => {
    for (const proof of proofs) {
      const [, file = '', title = ''] = /^`([a-z_-]+)`: (.+)$/.exec(proof) ?? []
      assert.ok(title !== '', `not a test: ${proof}`)
      const isPython = file === 'official_sdk'
      const path = here(isPython ? 'python/official_sdk.py' : `${file}.test.ts`)
      assert.ok(existsSync(path), `no file of tests: ${file}`)
      const found = isPython
        ? [`def ${title}(`]
        : [`'`, '"', '`'].map((quote) => `test(${quote}${title}${quote}, `)
      const source = readFileSync(path, 'utf8')
      assert.ok(
        found.some((text) => source.includes(text)),
        `no test of this name in ${file}: ${title}`,
      )
    }
  })
}

for (const document of ['page.md', 'standards.md']) {
  test(`every file of tests that docs/${document} names exists`, () => {
    const text = readFileSync(here(`../../../docs/${document}`), 'utf8')
    const named = [...text.matchAll(/`((?:[\w-]+\/)*[\w-]+\.test\.ts|(?:[\w-]+\/)+test_\w+\.py)`/g)].map(
      ([, file = '']) => file,
    )
    assert.ok(named.length > 0)
    for (const file of named)
      assert.ok(existsSync(here(file.includes('/') ? `../../../${file}` : file)), `no such file: ${file}`)
  })
}
