import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressRange } from '@kugelaudio/contract'
import fc from 'fast-check'
import { inRanges, networkOf, plainAddress } from '../src/auth/addresses.ts'
import { createAddressOf } from '../src/edge/address.ts'

type Message = Parameters<ReturnType<typeof createAddressOf>>[0]

const IN: [address: string, range: string][] = [
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7', '203.0.113.7/32'],
  ['203.0.113.7', '203.0.113.0/24'],
  ['203.0.113.255', '203.0.113.0/24'],
  ['203.0.113.7', '203.0.113.99/24'],
  ['203.0.113.7', '0.0.0.0/0'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['203.0.113.7', '::ffff:203.0.113.7'],
  ['203.0.113.7', '::ffff:203.0.113.0/120'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:db8:0:0::1', '2001:DB8::1/128'],
  ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::/32'],
  ['2001:db8::1', '::/0'],
  ['fe80::1%eth0', 'fe80::/10'],
]
for (const [address, range] of IN) {
  test(`${address} is in ${range}`, () => assert.equal(inRanges(address, [range]), true))
}

const OUT: [address: string | null, range: string][] = [
  ['203.0.114.0', '203.0.113.0/24'],
  ['203.0.112.255', '203.0.113.0/24'],
  ['203.0.113.8', '203.0.113.7'],
  ['203.0.113.7', '::/0'],
  ['2001:db8::1', '0.0.0.0/0'],
  ['2001:db9::1', '2001:db8::/32'],
  ['::ffff:203.0.114.1', '203.0.113.0/24'],
  ['::203.0.113.7', '203.0.113.7'],
  ['64:ff9b::203.0.113.7', '203.0.113.7'],
  [null, '0.0.0.0/0'],
  ['', '0.0.0.0/0'],
  ['localhost', '0.0.0.0/0'],
  ['203.0.113.7 ', '203.0.113.0/24'],
  ['203.0.113.7:443', '203.0.113.0/24'],
  ['[2001:db8::1]', '2001:db8::/32'],
  ['0313.0.0161.7', '203.0.113.0/24'],
  ['0xcb.0.113.7', '203.0.113.0/24'],
  ['203.0.113', '203.0.113.0/24'],
  ['3405803783', '203.0.113.0/24'],
  ['203.0.113.007', '203.0.113.0/24'],
  ['unknown', '0.0.0.0/0'],
  ['_hidden', '::/0'],
]
for (const [address, range] of OUT) {
  test(`${address} is not in ${range}`, () => assert.equal(inRanges(address, [range]), false))
}

test('one range of several is enough, and no range at all allows nobody', () => {
  assert.equal(inRanges('203.0.113.7', ['2001:db8::/32', '198.51.100.0/24', '203.0.113.0/24']), true)
  assert.equal(inRanges('203.0.113.7', []), false)
})

test('whatever the contract takes for a range can be compared with, and never throws', () => {
  const odd = [
    '::1/128',
    '::ffff:1.2.3.4/120',
    '::/0',
    '0.0.0.0/0',
    'fe80::1%eth0',
    'fe80::1%eth0/64',
    '1.2.3.4/33',
  ]
  const more = [
    '1.2.3.4/08',
    '01.2.3.4',
    '1.2.3/24',
    '::1/129',
    ' 1.2.3.4',
    '1.2.3.4/ 8',
    '1.2.3.4/',
    '::ffff:1.2.3.4',
  ]
  for (const range of [...odd, ...more]) {
    if (!AddressRange.safeParse(range).success) continue
    assert.doesNotThrow(() => inRanges('203.0.113.7', [range]), range)
    assert.doesNotThrow(() => inRanges('2001:db8::1', [range]), range)
  }
  const ranges = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  )
  fc.assert(
    fc.property(ranges, fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), ([base, bits], address) => {
      if (!AddressRange.safeParse(`${base}/${bits}`).success) return
      inRanges(address, [`${base}/${bits}`])
      if (bits === 0 || plainAddress(base) === null) return
      assert.equal(inRanges(base, [`${base}/${bits}`]), true, `${base}/${bits}`)
    }),
    { numRuns: 2_000 },
  )
})

test('ranges with spaces around them, or with too many bits, are refused when they are set', () => {
  for (const range of [
    ' 203.0.113.0/24',
    '203.0.113.0/24 ',
    '203.0.113.0/33',
    '::/129',
    '203.0.113.0/-1',
    'any',
    '',
  ])
    assert.equal(AddressRange.safeParse(range).success, false, JSON.stringify(range))
})

test('IPv4 addresses are counted one by one, IPv6 addresses by their network of 64 bits', () => {
  assert.equal(networkOf('203.0.113.7'), networkOf('::ffff:203.0.113.7'))
  assert.notEqual(networkOf('203.0.113.7'), networkOf('203.0.113.8'))
  assert.equal(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:2:ffff:ffff:ffff:ffff'))
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.equal(networkOf(null), networkOf('no address'))
})

const PROXY = '10.0.0.1'
const callerOf = (
  peer: string | undefined,
  forwarded: string | undefined,
  trusted = ['10.0.0.0/8', '2001:db8:1::/48'],
): string | null =>
  createAddressOf(trusted)({
    socket: { remoteAddress: peer },
    headers: { 'x-forwarded-for': forwarded, forwarded: 'for=192.0.2.99' },
  } as unknown as Message)

const FORWARDED: Record<
  string,
  [peer: string | undefined, forwarded: string | undefined, caller: string | null]
> = {
  'no header': ['198.51.100.1', undefined, '198.51.100.1'],
  'a header that nobody trusted wrote': ['198.51.100.1', '203.0.113.7', '198.51.100.1'],
  'one proxy': [PROXY, '203.0.113.7', '203.0.113.7'],
  'a chain of proxies': [PROXY, '203.0.113.7, 10.0.0.3, 10.0.0.2', '203.0.113.7'],
  'an invented address to the left': [PROXY, '192.0.2.1, 203.0.113.7', '203.0.113.7'],
  'an invented proxy to the left': [PROXY, '10.9.9.9, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  'a caller within the trusted network': [PROXY, '10.0.0.9', '10.0.0.9'],
  'spaces and empty elements': [PROXY, ' 203.0.113.7 ,, 10.0.0.2 ,', '203.0.113.7'],
  'a mapped peer and a mapped caller': ['::ffff:10.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
  'an IPv6 proxy': ['2001:db8:1::2', '2001:DB8:2:0::1', '2001:db8:2::1'],
  'what is no address': [PROXY, 'garbage', null],
  'what is no address, right of one': [PROXY, '203.0.113.7, garbage', null],
  'what is no address, left of the caller': [PROXY, 'garbage, 203.0.113.7', '203.0.113.7'],
  'an address with a port': [PROXY, '203.0.113.7:5000', null],
  'a word that hides the caller': [PROXY, 'unknown', null],
  'another notation': [PROXY, '0x0a.0.0.9', null],
  'more hops than anybody has': [PROXY, Array(30).fill('10.0.0.2').join(','), null],
  'a peer that has gone': [undefined, '203.0.113.7', null],
  'an empty header': [PROXY, '', PROXY],
}
for (const [what, [peer, forwarded, caller]] of Object.entries(FORWARDED)) {
  test(`the caller behind ${what}`, () => assert.equal(callerOf(peer, forwarded), caller))
}

test('without trusted proxies no header is believed', () => {
  assert.equal(callerOf(PROXY, '203.0.113.7', []), PROXY)
})
