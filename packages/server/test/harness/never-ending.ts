import { test } from 'node:test'
import './test-server.ts'

/** Run by a test of the tests: nothing is left to wait for, and the second of these has not ended. */
test('ends', () => {})
test('never ends', { timeout: 200 }, () => new Promise(() => {}))
test('comes after', () => {})
