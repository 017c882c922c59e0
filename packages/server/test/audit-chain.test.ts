import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { AuditEvent } from '@kugelaudio/contract'
import fc from 'fast-check'
import { openSqlite, type SqliteStore } from '../src/adapters/sqlite.ts'
import { ALL_EVENTS, createAudit } from '../src/audit/audit.ts'
import { type ChainVerdict, verifyChain } from '../src/audit/chain.ts'
import { CHAIN_START, hashOf, type NewAuditEvent, recordEvent, recordEvents } from '../src/store/audit-log.ts'
import { MEMORY_FOLDER } from './harness/memory-folder.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(MEMORY_FOLDER, 'kugelaudio-chain-'))
})
after(() => rmSync(folder, { recursive: true }))

const ACCOUNTS = [null, 'acc_a', 'acc_b']

const happening = (at: number): NewAuditEvent => ({
  atMs: 1_800_000_000_000 + at,
  accountId: ACCOUNTS[at % ACCOUNTS.length] ?? null,
  actor: { name: `key:key_${at}`, address: '203.0.113.7', agent: 'curl/8', requestId: `req_${at}` },
  action: 'key.created',
  target: `key_${at}`,
  details: { name: `number ${at}`, 10: 1, 2: 2, nested: { at: [at, null, 'ü'] } },
})

async function withLog<Result>(
  events: number,
  work: (store: SqliteStore) => Promise<Result>,
): Promise<Result> {
  const store = await openSqlite(join(folder, `${randomBytes(8).toString('hex')}.db`))
  try {
    for (let at = 0; at < events; at += 2)
      await store.transaction(async (query) => {
        await recordEvent(query, happening(at))
        if (at + 1 < events) await recordEvents(query, [happening(at + 1)])
      })
    return await work(store)
  } finally {
    await store.close()
  }
}

const verdictOf = (store: SqliteStore, head: string | null = null): Promise<ChainVerdict> =>
  createAudit({ database: store }).verify(head)

async function exported(store: SqliteStore, accountId: string | null = null): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  for await (const line of createAudit({ database: store }).export({ ...ALL_EVENTS, accountId }))
    events.push(JSON.parse(line))
  return events
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item, void, undefined> {
  yield* items
}

const verifyExport = (
  events: (AuditEvent | null)[],
  accountId: string | null = null,
): Promise<ChainVerdict> => verifyChain(each(events), { accountId, head: null })

test('an untouched log is whole, from the first event on, and so is an empty one', async () => {
  await withLog(0, async (store) => {
    const verdict = await verdictOf(store)
    assert.deepEqual([verdict.intact, verdict.events, verdict.head], [true, 0, CHAIN_START])
  })
  await withLog(31, async (store) => {
    const verdict = await verdictOf(store)
    const events = await exported(store)
    assert.deepEqual([verdict.intact, verdict.events, verdict.problems], [true, 31, []])
    assert.equal(verdict.head, events.at(-1)?.hash)
    assert.deepEqual(
      events.map(({ seq }) => seq),
      Array.from({ length: 31 }, (_, at) => at + 1),
    )
    assert.deepEqual(await verifyExport(events), verdict)
    for (const account of ['acc_a', 'acc_b']) {
      const own = await exported(store, account)
      assert.ok(own.length > 5 && own.every(({ account_id }) => account_id === account))
      assert.equal((await verifyExport(own, account)).intact, true)
    }
  })
})

/** Every column that can be written into by hand, with something else to write. */
const COLUMNS = {
  seq: 1_000,
  at: 1,
  account_id: 'acc_c',
  actor: 'operator',
  action: 'key.revoked',
  target: 'key_other',
  address: '198.51.100.1',
  agent: null,
  request_id: '',
  details: '{"name":"another"}',
  previous: 'f'.repeat(64),
  account_previous: 'f'.repeat(64),
  hash: 'f'.repeat(64),
} as const

for (const [column, value] of Object.entries(COLUMNS)) {
  test(`a changed ${column} is found, wherever it is`, async () => {
    for (const seq of [1, 2, 7, 12]) {
      await withLog(12, async (store) => {
        await store.query
          .updateTable('audit_event')
          .set({ [column]: value })
          .where('seq', '=', seq)
          .execute()
        const verdict = await verdictOf(store)
        assert.equal(verdict.intact, false, `event ${seq}`)
        const [first] = verdict.problems
        if (column !== 'seq') assert.equal(first?.seq, seq)
        assert.equal(verdict.intactUntil?.seq ?? 0, seq - 1)
      })
    }
  })
}

test('a value of another type, and details in other words for the same, are found too', async () => {
  const touches = [
    { details: JSON.stringify(happening(4).details, null, 1) },
    { details: 'no json' },
    { details: '"text"' },
    { at: 1_800_000_000_004.5 },
    { target: Buffer.from('key_4') as unknown as string },
    { hash: 'F'.repeat(64) },
  ]
  for (const touched of touches) {
    await withLog(9, async (store) => {
      await store.query.updateTable('audit_event').set(touched).where('seq', '=', 5).execute()
      const verdict = await verdictOf(store)
      assert.equal(verdict.intact, false, JSON.stringify(touched))
      assert.equal(verdict.problems[0]?.place, 5)
      assert.equal(verdict.intactUntil?.seq, 4)
    })
  }
})

test('any event that is removed, moved or written by hand is found, and since when', async () => {
  await withLog(24, async (store) => {
    const events = await exported(store)
    const indexes = fc.integer({ min: 0, max: events.length - 1 })
    await fc.assert(
      fc.asyncProperty(
        indexes,
        indexes,
        fc.constantFrom('remove', 'swap', 'repeat', 'copy'),
        async (a, b, act) => {
          const touched = [...events]
          const [low, high] = [Math.min(a, b), Math.max(a, b)]
          const [first, second] = [events[low], events[high]]
          if (first === undefined || second === undefined) return
          // Cutting the end off is what a chain cannot show.
          if (act === 'remove' && high === events.length - 1) return
          if (act === 'swap' && low === high) return
          if (act === 'remove') touched.splice(low, high - low + 1)
          if (act === 'swap') [touched[low], touched[high]] = [second, first]
          if (act === 'repeat') touched.splice(high, 0, first)
          if (act === 'copy') touched.push({ ...second, seq: events.length + 1 })
          const verdict = await verifyExport(touched)
          assert.equal(verdict.intact, false)
          const untouched = touched.findIndex((event, at) => event !== events[at])
          assert.ok((verdict.intactUntil?.seq ?? 0) <= untouched, 'believed too much')
          assert.ok((verdict.intactUntil?.seq ?? 0) >= untouched - 1, 'believed too little')
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('any single value of any line of an export that is changed is found from the file alone', async () => {
  await withLog(9, async (store) => {
    const events = await exported(store)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: events.length - 1 }),
        fc.constantFrom(...Object.keys(events[0] ?? {})),
        fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant({})),
        async (at, member, value) => {
          const event = events[at]
          if (event === undefined || event[member as keyof AuditEvent] === value) return
          const touched = events.with(at, { ...event, [member]: value } as AuditEvent)
          const { intact, problems, intactUntil } = await verifyExport(touched)
          assert.equal(intact, false)
          assert.equal(problems[0]?.place, at + 1)
          assert.equal(intactUntil?.seq ?? 0, at)
        },
      ),
      { numRuns: 500 },
    )
  })
})

test("an event missing from an account's own export is found, though others' events are not in it", async () => {
  await withLog(24, async (store) => {
    const own = await exported(store, 'acc_a')
    const strange = (await exported(store, 'acc_b'))[0]
    for (let at = 0; at < own.length - 1; at++) {
      const { intact, problems } = await verifyExport(own.toSpliced(at, 1), 'acc_a')
      assert.equal(intact, false)
      assert.equal(problems[0]?.what, 'missing before')
      assert.equal(problems[0]?.seq, own[at + 1]?.seq)
    }
    assert.ok(strange)
    assert.equal((await verifyExport([...own, strange], 'acc_a')).problems[0]?.what, 'of another account')
    assert.equal((await verifyExport([...own, null], 'acc_a')).problems[0]?.what, 'unreadable')
  })
})

test('events taken out of the middle are told from one that was put there', async () => {
  await withLog(12, async (store) => {
    const events = await exported(store)
    const { problems } = await verifyExport(events.toSpliced(4, 3))
    assert.deepEqual(
      problems.map(({ seq, what }) => [seq, what]),
      [[8, 'missing before']],
    )
    // Whoever computes the hash of an event anew still has to tie it to the one before it.
    const [first, last] = [events[0], events[11]]
    assert.ok(first && last)
    for (const tie of [{ previous: first.hash }, { account_previous: first.hash }]) {
      const { hash: _, ...forged } = { ...last, ...tie }
      const verdict = await verifyExport(events.with(11, { ...forged, hash: hashOf(forged) }))
      assert.deepEqual(
        verdict.problems.map(({ seq, what }) => [seq, what]),
        [[12, 'not linked']],
      )
    }
  })
})

test('an export ends where the log ended when it began', async () => {
  await withLog(0, async (store) => {
    const many = Array.from({ length: 1_500 }, (_, at) => happening(at))
    await store.transaction((query) => recordEvents(query, many))
    const lines = createAudit({ database: store }).export(ALL_EVENTS)
    await lines.next()
    await store.transaction((query) => recordEvent(query, happening(1_500)))
    let rest = 0
    for await (const _ of lines) rest++
    assert.equal(rest, 1_499)
  })
})

test('events taken away at the end are found, also once others have followed, and when all are gone', async () => {
  for (const left of [11, 3, 0]) {
    await withLog(12, async (store) => {
      await store.query.deleteFrom('audit_event').where('seq', '>', left).execute()
      const cut = await verdictOf(store)
      assert.deepEqual([cut.intact, cut.intactUntil?.seq ?? 0], [false, left])
      assert.deepEqual(
        cut.problems.map(({ seq, what }) => [seq, what]),
        [[left || null, 'missing after']],
      )
      await store.transaction((query) => recordEvent(query, happening(12)))
      const grown = await verdictOf(store)
      assert.deepEqual(grown.problems[0], {
        seq: 13,
        at: grown.problems[0]?.at,
        place: left + 1,
        what: 'missing before',
      })
    })
  }
})

test('an event in front of all others is found, and so is a last one that was computed anew', async () => {
  await withLog(12, async (store) => {
    const [first] = await store.query.selectFrom('audit_event').selectAll().where('seq', '=', 3).execute()
    assert.ok(first)
    await store.query
      .insertInto('audit_event')
      .values({ ...first, seq: -5 })
      .execute()
    const { intact, problems } = await verdictOf(store)
    assert.deepEqual([intact, problems[0]?.seq], [false, -5])
  })
  await withLog(12, async (store) => {
    const { at: _, ...last } = (await exported(store)).at(-1) ?? assert.fail()
    const at = new Date(1_800_000_000_000).toISOString()
    const { hash: __, ...touched } = { ...last, at }
    const row = { at: 1_800_000_000_000, hash: hashOf(touched) }
    await store.query.updateTable('audit_event').set(row).where('seq', '=', 12).execute()
    const { intact, problems } = await verdictOf(store)
    assert.deepEqual([intact, problems[0]?.seq, problems[0]?.what], [false, 12, 'changed'])
  })
})

test('a whole database that was written anew, and an export that was cut, are found by the head that was kept', async () => {
  await withLog(12, async (store) => {
    const { head } = await verdictOf(store)
    assert.equal((await verdictOf(store, head)).headFound, true)
    await store.transaction((query) => recordEvent(query, happening(12)))
    const grown = await verdictOf(store, head)
    assert.deepEqual([grown.intact, grown.headFound], [true, true], 'a head of earlier stays in the log')
    const lines = (await exported(store)).slice(0, 11)
    assert.equal(
      (await verifyExport(lines)).intact,
      true,
      'by itself an export does not show where it should end',
    )
    const cut = await verifyChain(each(lines), { accountId: null, head })
    assert.deepEqual([cut.intact, cut.headFound, cut.problems], [false, false, []])
  })
  await withLog(12, async (store) => {
    const { head } = await verdictOf(store)
    await store.query.deleteFrom('audit_event').execute()
    await store.query.deleteFrom('audit_end').execute()
    for (let at = 0; at < 12; at++)
      await store.transaction((query) => recordEvent(query, { ...happening(at), action: 'nothing.wrong' }))
    assert.deepEqual([(await verdictOf(store)).intact, (await verdictOf(store, head)).intact], [true, false])
  })
})

test('events of transactions that run at the same time are one chain', async () => {
  await withLog(0, async (store) => {
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => store.transaction((query) => recordEvent(query, happening(at)))),
    )
    const verdict = await verdictOf(store)
    assert.deepEqual([verdict.intact, verdict.events], [true, 50])
  })
})

test('what a transaction takes back leaves no gap', async () => {
  await withLog(3, async (store) => {
    const broken = store.transaction(async (query) => {
      await recordEvent(query, happening(3))
      throw new Error('changed its mind')
    })
    await assert.rejects(broken)
    await store.transaction((query) => recordEvent(query, happening(4)))
    const verdict = await verdictOf(store)
    assert.deepEqual([verdict.intact, verdict.events], [true, 4])
  })
})

test('half of a surrogate pair and control characters do not break the chain', async () => {
  await withLog(0, async (store) => {
    const details = { reason: 'a \ud800 b \u0000 c', nothing: undefined }
    await store.transaction((query) => recordEvent(query, { ...happening(0), details }))
    assert.equal((await verdictOf(store)).intact, true)
  })
})
