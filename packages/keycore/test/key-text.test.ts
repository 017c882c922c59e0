import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  digestOf,
  KEY_CHARACTERS,
  keyHint,
  mintKeyText,
  mintTokenText,
  parseKeyText,
  parseTokenText,
  randomBase62,
} from '../src/index.ts'

const minted = fc
  .uint8Array({ minLength: 64, maxLength: 64 })
  .map((seed) =>
    mintKeyText((size) => Uint8Array.from({ length: size }, (_, i) => (seed[i % 64] ?? 0) % 248)),
  )

test('what is minted is accepted, and fits the expression that scanners use', () => {
  fc.assert(
    fc.property(minted, (text) => {
      assert.match(text, /^ka_[0-9A-Za-z]{46}$/)
      assert.equal(text.length, KEY_CHARACTERS)
      assert.deepEqual(parseKeyText(text), { ok: true, text })
    }),
  )
})

test('every single wrong character is caught, at every place', () => {
  fc.assert(
    fc.property(
      minted,
      fc.integer({ min: 0, max: KEY_CHARACTERS - 1 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      (text, at, other) => {
        fc.pre(other !== text[at])
        assert.equal(parseKeyText(text.slice(0, at) + other + text.slice(at + 1)).ok, false)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('every alphanumeric replacement at every place of one key is caught', () => {
  const text = mintKeyText(randomBytes)
  for (let at = 0; at < text.length; at++) {
    for (const other of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-') {
      if (other === text[at]) continue
      assert.equal(parseKeyText(text.slice(0, at) + other + text.slice(at + 1)).ok, false)
    }
  }
})

test('two neighbouring characters exchanged are caught', () => {
  fc.assert(
    fc.property(minted, fc.integer({ min: 0, max: KEY_CHARACTERS - 2 }), (text, at) => {
      const a = text.charAt(at)
      const b = text.charAt(at + 1)
      fc.pre(a !== b)
      assert.equal(parseKeyText(text.slice(0, at) + b + a + text.slice(at + 2)).ok, false)
    }),
  )
})

test('nothing that was not minted is accepted', () => {
  const almost = fc.stringMatching(/^ka_[0-9A-Za-z]{46}$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), almost), (text) => {
      assert.equal(parseKeyText(text).ok, false)
    }),
    { numRuns: 5_000 },
  )
  for (const around of [
    (t: string) => ` ${t}`,
    (t: string) => `${t}\n`,
    (t: string) => t.toLowerCase(),
    (t: string) => `${t}0`,
  ]) {
    assert.equal(parseKeyText(around(mintKeyText(randomBytes))).ok, false)
  }
})

test('a shape is told from a checksum, so that a mistyped key can be called one', () => {
  const text = mintKeyText(randomBytes)
  assert.deepEqual(parseKeyText(text.slice(1)), { ok: false, reason: 'shape' })
  const wrong = text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
  assert.deepEqual(parseKeyText(wrong), { ok: false, reason: 'checksum' })
})

test('a token has the shape of a key, and neither passes for the other, not even with its prefix exchanged', () => {
  for (let i = 0; i < 1_000; i++) {
    const key = mintKeyText(randomBytes)
    const token = mintTokenText(randomBytes)
    assert.match(token, /^kt_[0-9A-Za-z]{46}$/)
    assert.deepEqual(parseTokenText(token), { ok: true, text: token })
    assert.deepEqual(parseKeyText(token), { ok: false, reason: 'shape' })
    assert.deepEqual(parseTokenText(key), { ok: false, reason: 'shape' })
    assert.deepEqual(parseKeyText(token.replace('kt_', 'ka_')), { ok: false, reason: 'checksum' })
    assert.deepEqual(parseTokenText(key.replace('ka_', 'kt_')), { ok: false, reason: 'checksum' })
  }
})

test('every alphanumeric replacement at every place of one token is caught', () => {
  const text = mintTokenText(randomBytes)
  for (let at = 0; at < text.length; at++) {
    for (const other of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-') {
      if (other === text[at]) continue
      assert.equal(parseTokenText(text.slice(0, at) + other + text.slice(at + 1)).ok, false)
    }
  }
})

test('characters of random text are equally likely', () => {
  const counts = new Map<string, number>()
  const text = randomBase62(62_000, randomBytes)
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  assert.equal(counts.size, 62)
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  assert.ok(chiSquare < 140, `chi-square ${chiSquare} of 61 degrees of freedom`)
})

test('minting never repeats itself and a hint shows four characters', () => {
  const texts = new Set(Array.from({ length: 10_000 }, () => mintKeyText(randomBytes)))
  assert.equal(texts.size, 10_000)
  const [text = ''] = texts
  assert.equal(keyHint(text), `ka_…${text.slice(-4)}`)
})

test('a digest is SHA-256, and differs for every key', () => {
  assert.equal(digestOf('abc'), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  fc.assert(fc.property(minted, minted, (a, b) => a === b || digestOf(a) !== digestOf(b)))
})
