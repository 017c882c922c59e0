import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oggCrc } from '../../src/audio/ogg-crc.ts'

test('the checksum has the check value of its polynomial without inversion', () => {
  // CRC-32/CKSUM is the same with its result inverted; its check value is 0x765e7680.
  assert.equal(oggCrc(Buffer.from('123456789')), 0x89a1_897f)
  assert.equal(oggCrc(new Uint8Array(0)), 0)
})
