import { randomBytes } from 'node:crypto'
import { digestOf, judge, LeasedTable, mintKeyText, parseKeyText } from '@kugelaudio/keycore'
import type { Part, Row } from './row.ts'
import { interleave, median, ratioTo, type Samples, summary } from './samples.ts'

const KEYS = 200_000
/** Different texts that are verified in turn, so that no cache sees one key only. */
const TEXTS = 20_000
const VERIFICATIONS = 100_000
const ROUNDS = { rounds: 9, warmUps: 2 }

/** Verifying a key without a server around it: shape, checksum, digest, table, judgement. */
export const keycore: Part = {
  name: 'keycore',
  about: 'verifying a key in a table of 200,000, and refusing what is none: ns each',
  async run() {
    const table = new LeasedTable<ReturnType<typeof recordOf>>({ capacity: KEYS, holdsLease: () => true })
    const known = texts(KEYS)
    for (const [index, text] of known.entries())
      table.keep(table.beginRead(), digestOf(text), recordOf(index))

    const verify = (text: string): boolean => {
      const parsed = parseKeyText(text)
      return parsed.ok && judge(table.find(digestOf(parsed.text)), Date.now()).allowed
    }
    const presented = {
      hit: known.slice(0, TEXTS),
      shape: known.slice(0, TEXTS).map((text) => `${text.slice(0, -1)}-`),
      checksum: known.slice(0, TEXTS).map(withOtherEnd),
      unknown: texts(TEXTS),
    }
    const said = await interleave(
      {
        hit: () => nanoseconds(verify, presented.hit, true),
        shape: () => nanoseconds(verify, presented.shape, false),
        checksum: () => nanoseconds(verify, presented.checksum, false),
        unknown: () => nanoseconds(verify, presented.unknown, false),
      },
      ROUNDS,
    )
    const row = (what: string, samples: Samples): Row => ({
      what,
      unit: 'ns',
      ...summary(samples),
      ratio: ratioTo('a hit', samples, said.hit),
    })
    return [
      { what: 'verify a known key', unit: 'ns', ...summary(said.hit) },
      row('refuse a malformed key', said.shape),
      row('refuse a wrong checksum', said.checksum),
      row('refuse an unknown key', said.unknown),
      { what: 'verifications of one core', unit: '1/s', median: Math.round(1e9 / median(said.hit)) },
    ]
  },
}

const texts = (count: number): string[] => Array.from({ length: count }, () => mintKeyText(randomBytes))

const recordOf = (index: number) => ({
  keyId: `key_${index}`,
  accountId: `acc_${index % 1_000}`,
  revokedAtMs: null,
  expiresAtMs: null,
  accountSuspended: false,
})

/** One character of the checksum is wrong. */
const withOtherEnd = (text: string): string => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`

function nanoseconds(verify: (text: string) => boolean, presented: string[], allowed: boolean): number {
  let allowedCount = 0
  const startMs = performance.now()
  for (let i = 0; i < VERIFICATIONS; i++) {
    if (verify(presented[i % presented.length] ?? '')) allowedCount++
  }
  const ms = performance.now() - startMs
  if (allowedCount !== (allowed ? VERIFICATIONS : 0)) throw new Error('A key was judged wrongly')
  return (ms * 1e6) / VERIFICATIONS
}
