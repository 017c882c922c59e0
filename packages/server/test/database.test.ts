import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sql } from 'kysely'
import { createAudit } from '../src/audit/audit.ts'
import { Failure } from '../src/failure.ts'
import { type NewAuditEvent, OPERATOR, recordEvent } from '../src/store/audit-log.ts'
import { appendChange, changesAfter, newestEpoch } from '../src/store/authority-log.ts'
import type { Database, Query } from '../src/store/database.ts'
import { writeUses } from '../src/store/key-uses.ts'
import { insertToken, spendToken, spendTokenCharacters } from '../src/store/tokens.ts'
import { insertTurn, monthQuota, takenOf, takeQuotas } from '../src/store/usage.ts'
import { sumUsage } from '../src/store/usage-sums.ts'
import { saidOnce } from '../src/store/webhooks.ts'
import { DATABASES, type TestDatabase } from './harness/databases.ts'
import { accountRow, keyRow } from './harness/rows.ts'

const AT_MS = Date.UTC(2030, 0, 15)
const EVENT: NewAuditEvent = {
  atMs: AT_MS,
  accountId: 'acc_a',
  actor: OPERATOR,
  action: 'key.created',
  target: null,
  details: {},
}
const CHANGE = {
  change: 'key.revoked',
  keyId: 'key_a',
  accountId: 'acc_a',
  atMs: AT_MS,
  by: 'operator',
} as const

/** Several connections to one database, as several nodes have them. */
async function withNodes(
  created: TestDatabase,
  count: number,
  work: (nodes: Database[]) => Promise<void>,
): Promise<void> {
  const nodes = await Promise.all(Array.from({ length: count }, () => created.open()))
  try {
    await work(nodes)
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
  }
}

const at = (nodes: readonly Database[], index: number): Database => {
  const node = nodes[index % nodes.length]
  assert.ok(node)
  return node
}

/** So many of them, spread over the nodes and all at the same time. */
const onAll = <Result>(
  nodes: Database[],
  count: number,
  act: (node: Database, index: number) => Promise<Result>,
) => Promise.all(Array.from({ length: count }, (_, index) => act(at(nodes, index), index)))

async function countOf(query: Query, table: 'audit_event' | 'account'): Promise<number> {
  const row = await query
    .selectFrom(table)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

for (const { name, create } of DATABASES) {
  suite(name, () => {
    test('nodes that start at the same time on an empty database find it migrated, once', async () => {
      await withNodes(await create(), 4, async (nodes) => {
        const applied = await sql<{ name: string }>`select name from kysely_migration`.execute(
          at(nodes, 0).query,
        )
        assert.ok(applied.rows.length > 5)
        assert.equal(new Set(applied.rows.map((row) => row.name)).size, applied.rows.length)
      })
    })

    test('what a transaction throws leaves nothing behind, and the next one is not disturbed', async () => {
      await withNodes(await create(), 1, async ([node]) => {
        assert.ok(node)
        const broken = node.transaction(async (query) => {
          await query.insertInto('account').values(accountRow('acc_a')).execute()
          throw new Failure('CONFLICT')
        })
        await assert.rejects(broken, Failure)
        assert.equal(await countOf(node.query, 'account'), 0)
        await node.transaction((query) => query.insertInto('account').values(accountRow('acc_b')).execute())
        assert.equal(await countOf(node.query, 'account'), 1)
      })
    })

    test('events that all nodes record at the same time are one chain', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        await onAll(nodes, 60, (node, index) =>
          node.transaction((query) => recordEvent(query, { ...EVENT, accountId: `acc_${index % 4}` })),
        )
        const verdict = await createAudit({ database: at(nodes, 1) }).verify(null)
        assert.deepEqual([verdict.intact, verdict.events], [true, 60])
      })
    })

    test('whoever has seen a change has seen all changes before it', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        const seen: number[] = []
        let isOver = false
        const follow = async (): Promise<void> => {
          while (!isOver || seen.length < 60) {
            for (const { epoch } of await changesAfter(at(nodes, 0).query, seen.at(-1) ?? 0)) seen.push(epoch)
            await new Promise(setImmediate)
          }
        }
        const following = follow()
        await onAll(nodes, 60, (node) => node.transaction((query) => appendChange(query, CHANGE)))
        isOver = true
        await following
        assert.deepEqual(
          seen,
          (await changesAfter(at(nodes, 0).query, 0)).map(({ epoch }) => epoch),
        )
        assert.equal(await newestEpoch(at(nodes, 1).query), seen.at(-1))
      })
    })

    test('of all who count and then add in a transaction, none counts the same', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        const counted = await onAll(nodes, 30, (node, index) =>
          node.transaction(async (query) => {
            const before = await countOf(query, 'account')
            await query
              .insertInto('account')
              .values(accountRow(`acc_${index}`))
              .execute()
            return before
          }),
        )
        assert.deepEqual(
          counted.sort((a, b) => a - b),
          Array.from({ length: 30 }, (_, index) => index),
        )
      })
    })

    test('a quota is taken by as many as it has room for, wherever they come from, and by nobody else', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        const month = { ...monthQuota('acc_a', AT_MS), limit: 100 }
        const takes = await onAll(nodes, 40, (node, index) =>
          node
            .unsyncedTransaction(async (query) => {
              const day = { subject: `key_${index % 3}`, period: '2030-01-15', limit: null }
              const taken = await takeQuotas(query, [month, day], 7)
              if (!taken.includes('acc_a')) throw new Failure('INSUFFICIENT_CREDITS')
              return true
            })
            .catch(() => false),
        )
        assert.equal(takes.filter(Boolean).length, 14)
        assert.equal(await takenOf(at(nodes, 2).query, month), 98)
      })
    })

    test('a token that may be used once is spent by one of all nodes, and its characters by nobody twice', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        const [node] = nodes
        assert.ok(node)
        await node.query.insertInto('account').values(accountRow('acc_a')).execute()
        await node.query.insertInto('api_key').values(keyRow('key_a', 'acc_a')).execute()
        await insertToken(node.query, {
          id: 'tok_a',
          digest: 'digest',
          keyId: 'key_a',
          createdAtMs: AT_MS,
          createdBy: 'operator',
          sessionId: null,
          opensUntilMs: AT_MS,
          singleUse: true,
          scopes: [],
          voices: null,
          models: null,
          origins: null,
          maxSessionMs: 1_000,
          maxCharacters: 50,
        })
        const characters = await onAll(nodes, 20, ({ query }) => spendTokenCharacters(query, 'tok_a', 9))
        assert.equal(characters.filter(Boolean).length, 5)
        const spent = await onAll(nodes, 20, ({ query }) => spendToken(query, 'tok_a', AT_MS))
        assert.equal(spent.filter(Boolean).length, 1)
      })
    })

    test('what is said once is said by one of all nodes', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        const said = await onAll(nodes, 20, ({ query }) => saidOnce(query, 'limit acc_a', AT_MS))
        assert.equal(said.filter(Boolean).length, 1)
      })
    })

    test('uses that nodes write down in different orders do not stop each other, and the latest stays', async () => {
      await withNodes(await create(), 3, async (nodes) => {
        const { query } = at(nodes, 0)
        const ids = Array.from({ length: 50 }, (_, index) => `key_${index}`)
        await query.insertInto('account').values(accountRow('acc_a')).execute()
        await query
          .insertInto('api_key')
          .values(ids.map((id) => keyRow(id, 'acc_a')))
          .execute()
        await onAll(nodes, 12, async (node, index) => {
          const order = index % 2 === 0 ? ids : ids.toReversed()
          const uses = order.map((keyId) => {
            return { keyId, digest: '', atMs: AT_MS + index, address: '::1', agent: `agent ${index}` }
          })
          await writeUses(node, uses)
        })
        const rows = await query.selectFrom('api_key').select(['last_used_at', 'last_used_agent']).execute()
        for (const row of rows)
          assert.deepEqual({ ...row }, { last_used_at: AT_MS + 11, last_used_agent: 'agent 11' })
      })
    })

    test('numbers come back as numbers: times, counts, sums and rows beyond 32 bits', async () => {
      await withNodes(await create(), 1, async ([node]) => {
        assert.ok(node)
        const { query } = node
        const spoken = { accountId: 'acc_a', keyId: 'key_a', model: 'm', voice: 'v', openedAtMs: AT_MS }
        assert.equal(await insertTurn(query, spoken, 3_000_000_000, null), 1)
        await query
          .insertInto('usage_day')
          .values(
            ['v', 'w'].map((voice) => {
              const counts = { requests: 1, characters: 3_000_000_000, audio_ms: 5, errors: 0 }
              return { account_id: 'acc_a', day: '2030-01-15', key_id: 'key_a', model: 'm', voice, ...counts }
            }),
          )
          .execute()
        const days = { accountId: null, keyId: null, from: '2030-01-01', to: '2030-01-31' }
        const [sums] = await sumUsage(query, { ...days, groups: ['key'], limit: 10 })
        assert.deepEqual(
          { ...sums },
          {
            account_id: 'acc_a',
            key_id: 'key_a',
            key_name: null,
            requests: 2,
            characters: 6_000_000_000,
            audio_ms: 10,
            errors: 0,
          },
        )
        await query.insertInto('account').values(accountRow('acc_a')).execute()
        const account = await query.selectFrom('account').selectAll().executeTakeFirstOrThrow()
        assert.deepEqual({ ...account }, accountRow('acc_a'))
      })
    })
  })
}
