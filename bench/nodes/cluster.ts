import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { digestOf, mintKeyText } from '@kugelaudio/keycore'
import { openPostgres } from '../../packages/server/src/adapters/postgres.ts'
import { createPostgresDatabase, runSql } from '../../packages/server/test/harness/postgres.ts'
import type { Acts, Asked, Told } from './program.ts'

type Order<Act extends keyof Acts> = Parameters<Acts[Act]>[0]
type Answer<Act extends keyof Acts> = Awaited<ReturnType<Acts[Act]>>

export type Key = { id: string; text: string }
/** Keys that one statement writes. */
const ROWS_AT_ONCE = 10_000

/** The key layer of some nodes on a database of their own. */
export class BenchedNodes implements AsyncDisposable {
  readonly #url: string
  readonly #nodes: ChildProcess[] = []

  private constructor(url: string) {
    this.#url = url
  }

  static async open(server: string, nodes: number): Promise<BenchedNodes> {
    const url = await createPostgresDatabase(server)
    await (await openPostgres(url)).close()
    await runSql(
      url,
      `insert into account (id, name, plan, created_at) values ('${ACCOUNT}', 'B', 'enterprise', 0)`,
    )
    const opened = new BenchedNodes(url)
    for (let node = 0; node < nodes; node++) await opened.#start()
    return opened
  }

  /** Adds keys straight to the tables. */
  async fill(count: number): Promise<Key[]> {
    const keys: Key[] = []
    while (keys.length < count) {
      const texts = Array.from({ length: Math.min(ROWS_AT_ONCE, count - keys.length) }, () =>
        mintKeyText(randomBytes),
      )
      const made = texts.map((text) => ({ id: `key_${text.slice(3, 23)}`, text }))
      const rows = made.map(({ id, text }) => ({ id, digest: digestOf(text) }))
      await runSql(
        this.#url,
        `with made as (select * from json_to_recordset('${JSON.stringify(rows)}') as (id text, digest text)),
           keys as (insert into api_key (id, account_id, name, environment, hint, created_at, created_by)
                    select id, '${ACCOUNT}', 'k', 'production', 'ka_', 0, 'bench' from made)
         insert into api_key_secret (digest, key_id, created_at) select digest, id, 0 from made`,
      )
      keys.push(...made)
    }
    await runSql(this.#url, 'analyze')
    return keys
  }

  /** Asks one node; one act at a time. */
  async ask<Act extends keyof Acts>(node: number, act: Act, order: Order<Act>): Promise<Answer<Act>> {
    const child = this.#nodes[node]
    if (child === undefined) throw new RangeError(`There is no node ${node}`)
    child.send({ act, order } as Asked)
    const [told] = (await once(child, 'message')) as [Told]
    if (!('answer' in told)) throw new Error(`${act}: ${JSON.stringify(told)}`)
    return told.answer as Answer<Act>
  }

  /** Asks the first so many nodes at the same time. */
  askFirst<Act extends keyof Acts>(count: number, act: Act, order: Order<Act>): Promise<Answer<Act>[]> {
    return Promise.all(this.#nodes.slice(0, count).map((_, node) => this.ask(node, act, order)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#nodes.map(async (child) => {
        const exit = once(child, 'exit')
        child.disconnect()
        await exit
      }),
    )
  }

  async #start(): Promise<void> {
    const child = fork(fileURLToPath(new URL('program.ts', import.meta.url)), {
      env: { PATH: process.env['PATH'], ...sharedDatabase(this.#url) },
    })
    await once(child, 'message')
    this.#nodes.push(child)
  }
}

/** What several nodes are told, so that they share a database. */
export const sharedDatabase = (url: string): Record<string, string> => ({
  KUGELAUDIO_DATABASE_URL: url,
  KUGELAUDIO_SECRET: SECRET,
})

const SECRET = 'a secret of the benchmark, the same on every node'
const ACCOUNT = 'acc_bench'
