import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Judged, judge } from '../src/index.ts'

const good: Judged = { revokedAtMs: null, expiresAtMs: null, accountSuspended: false }

test('each reason to refuse is named, and the gravest first', () => {
  assert.deepEqual(judge(null, 0), { allowed: false, reason: 'unknown' })
  assert.deepEqual(judge({ ...good, revokedAtMs: 5 }, 0), { allowed: false, reason: 'revoked' })
  assert.deepEqual(judge({ ...good, expiresAtMs: 5 }, 5), { allowed: false, reason: 'expired' })
  assert.deepEqual(judge({ ...good, accountSuspended: true }, 0), { allowed: false, reason: 'suspended' })
  const all = { revokedAtMs: 1, expiresAtMs: 1, accountSuspended: true }
  assert.deepEqual(judge(all, 9), { allowed: false, reason: 'revoked' })
})

test('a key is allowed until the millisecond it expires, and never after', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (nowMs, expiresAtMs) => {
      assert.equal(judge({ ...good, expiresAtMs }, nowMs).allowed, nowMs < expiresAtMs)
    }),
  )
})

test('a revoked key is never allowed, whatever the clock says', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (nowMs, revokedAtMs) => {
      assert.equal(judge({ ...good, revokedAtMs }, nowMs).allowed, false)
    }),
  )
})
