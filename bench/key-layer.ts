import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import { digestOf, mintKeyText } from '@kugelaudio/keycore'
import { createPlans } from '../packages/server/src/accounts/plans.ts'
import { openSqlite } from '../packages/server/src/adapters/sqlite.ts'
import { systemClock } from '../packages/server/src/clock.ts'
import { embeddedData } from '../packages/server/src/compose/data.ts'
import { composeKeys } from '../packages/server/src/compose/keys.ts'
import { type Observe, unobserved } from '../packages/server/src/observe.ts'

/** The key layer of a server on a real database, without HTTP around it. */
export type BenchedKeys = {
  /** Verifies a key as every request does; throws when it is refused. */
  verify(text: string): Promise<void>
  statements(): number
  /** Adds keys straight to the tables; returns as many of them as are to be kept. */
  fill(count: number, kept: number): string[]
  /** Another connection writes, so that nothing in memory is believed any more. */
  disturb(): void
  close(): Promise<void>
}

const DEMAND = { scope: null, address: '127.0.0.1' }

/** `observe`: what hears of every verification. */
export async function openKeys(folder: string, observe: Observe = unobserved): Promise<BenchedKeys> {
  const path = join(folder, 'kugelaudio.db')
  let statements = 0
  const store = await openSqlite(path, { sawStatement: () => void statements++ })
  const layer = composeKeys(
    {
      data: embeddedData(store, {
        node: 'bench',
        socketPath: join(folder, 'server.sock'),
        clock: systemClock,
      }),
      plans: createPlans(DEFAULT_PLANS, 'free'),
      secrets: { current: 'a secret of the benchmark, long enough', previous: [] },
      self: () => ({ node: 'bench', pid: process.pid, url: '' }),
      observe,
    },
    { clock: systemClock, randomBytes },
  )
  await layer.cluster.join()
  return {
    async verify(text) {
      const grant = await layer.authenticate({ kind: 'key', text }, DEMAND)
      observe.verified('ACCEPTED')
      grant.release()
    },
    statements: () => statements,
    fill: (count, kept) => fill(path, count, kept),
    disturb() {
      const file = new DatabaseSync(path)
      // Something must differ: SQLite does not write what is as it was.
      file.exec("update account set created_at = created_at + 1 where id = 'acc_bench'")
      file.close()
    },
    async close() {
      await layer.cluster.leave()
      await store.close()
    },
  }
}

function fill(path: string, count: number, keep: number): string[] {
  const file = new DatabaseSync(path)
  file.exec(
    `begin; insert or ignore into account (id, name, plan, created_at) values ('acc_bench', 'Bench', 'enterprise', 0)`,
  )
  const key = file.prepare(
    `insert into api_key (id, account_id, name, environment, hint, created_at, created_by) values (?, 'acc_bench', 'k', 'production', 'ka_', 0, 'bench')`,
  )
  const secret = file.prepare('insert into api_key_secret (digest, key_id, created_at) values (?, ?, 0)')
  const kept: string[] = []
  for (let i = 0; i < count; i++) {
    const text = mintKeyText(randomBytes)
    const id = `key_${text.slice(3, 23)}`
    key.run(id)
    secret.run(digestOf(text), id)
    if (kept.length < keep) kept.push(text)
  }
  file.exec('commit')
  file.close()
  return kept
}
