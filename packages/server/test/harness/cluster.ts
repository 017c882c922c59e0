import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { mintKeyText } from '@kugelaudio/keycore'
import { composeCommand } from '../../src/compose/command.ts'
import { realWorld } from '../../src/compose/world.ts'
import { readConfig } from '../../src/config.ts'
import { OPERATOR } from '../../src/store/audit-log.ts'
import type { Order, Raced, Revoked, Said, Tally } from '../races/cluster-node.ts'
import { createPostgresDatabase, type PostgresServer } from './postgres.ts'
import { postgresSetting } from './test-server.ts'

const PROGRAM = fileURLToPath(new URL('../races/cluster-node.ts', import.meta.url))
/** Revocations that a node has under way at a time. */
const AT_ONCE = 2
/** Keys of every second call. */
const TOGETHER = 10
const KEYS_PER_IMPORT = 500

/** One node as a process of its own. */
export class RacingNode {
  readonly child: ChildProcess
  name = ''

  constructor(url: string, offsetMs: number) {
    this.child = fork(PROGRAM, [url, String(offsetMs)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  async ready(): Promise<this> {
    this.name = (await this.#hear('ready')).ready
    return this
  }

  /** Verifies these from now on, and dead ones; resolves when each of the living was accepted once. */
  async watch(keys: Raced[], dead: Raced[] = []): Promise<void> {
    const warm = this.#hear('warm')
    this.child.send({ watch: keys, dead } satisfies Order)
    await warm
  }

  async revoke(ids: string[]): Promise<Revoked[]> {
    const revoked = this.#hear('revoked')
    this.child.send({ revoke: ids, at_once: AT_ONCE, together: TOGETHER } satisfies Order)
    return (await revoked).revoked
  }

  async tally(): Promise<Tally> {
    const heard = this.#hear('tally')
    this.child.send({ report: true } satisfies Order)
    return (await heard).tally
  }

  async kill(): Promise<void> {
    const closed = once(this.child, 'close')
    if (this.child.kill('SIGKILL')) await closed
  }

  #hear<Kind extends string>(kind: Kind): Promise<Extract<Said, { [kind in Kind]: unknown }>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.child.off('message', hear)
        this.child.off('close', fail)
      }
      const hear = (said: Said): void => {
        if (!(kind in said)) return
        end()
        resolve(said as Extract<Said, { [kind in Kind]: unknown }>)
      }
      const fail = (): void => {
        end()
        reject(new Error(`A node has ended before it said ${kind}`))
      }
      this.child.on('message', hear)
      this.child.once('close', fail)
    })
  }
}

/** Several nodes on one database of a PostgreSQL server. */
export class RacingCluster implements AsyncDisposable {
  readonly url: string
  readonly nodes: RacingNode[] = []
  readonly #operator: Awaited<ReturnType<typeof composeCommand>>
  readonly #accountId: string

  private constructor(url: string, operator: RacingCluster['operator'], accountId: string) {
    this.url = url
    this.#operator = operator
    this.#accountId = accountId
  }

  get operator(): Awaited<ReturnType<typeof composeCommand>> {
    return this.#operator
  }

  /**
   * `offsetsMs`: by how much the wall clock of each node is wrong. `prepare` is called with the database's URL;
   * `way` says by which each node reaches it.
   */
  static async open(
    server: PostgresServer,
    {
      offsetsMs = [0, 0, 0],
      prepare = async (_: string) => {},
      way = (url: string, _place: number) => url,
    } = {},
  ): Promise<RacingCluster> {
    const url = await createPostgresDatabase(server.url)
    await prepare(url)
    const operator = await composeCommand(readConfig(postgresSetting(url)).config, realWorld)
    const wanted = { email: 'a@example.com', name: 'A', plan: null, password: null }
    const { account_id } = await operator.accounts.create(wanted)
    const cluster = new RacingCluster(url, operator, account_id)
    for (const [place, offsetMs] of offsetsMs.entries())
      cluster.nodes.push(new RacingNode(way(url, place), offsetMs))
    await Promise.all(cluster.nodes.map((node) => node.ready()))
    return cluster
  }

  /** The node at a place. */
  at(index: number): RacingNode {
    return this.nodes[index] ?? assert.fail('there is no such node')
  }

  /** A key that was made elsewhere, brought in by a command. */
  async bringIn(text: string, prefix: string): Promise<Raced> {
    const wish = { keys: [{ name: 'foreign', key: text }], prefixes: [prefix] }
    const [row] = await this.#operator.importKeys(this.#accountId, wish, OPERATOR)
    return { id: row?.id ?? assert.fail('it is there'), key: text }
  }

  async createKeys(count: number): Promise<Raced[]> {
    const made: Raced[] = []
    while (made.length < count) {
      const size = Math.min(KEYS_PER_IMPORT, count - made.length)
      const texts = Array.from({ length: size }, () => mintKeyText(randomBytes))
      const keys = texts.map((key) => ({ name: 'raced', key }))
      const rows = await this.#operator.importKeys(this.#accountId, { keys, prefixes: [] }, OPERATOR)
      made.push(...rows.map(({ id }, index) => ({ id, key: texts[index] ?? '' })))
    }
    return made
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.nodes) child.kill('SIGCONT')
    await Promise.all(this.nodes.map((node) => node.kill()))
    await this.#operator.store.close()
  }
}

/** Verifications that began after the revocation of their key had returned, and were accepted. */
export function tooLate(tallies: readonly Tally[], revoked: readonly Revoked[]): Revoked[] {
  return revoked.filter(
    ({ id, returnedNs, failure }) =>
      failure === null && tallies.some(({ acceptedNs }) => BigInt(acceptedNs[id] ?? 0) > BigInt(returnedNs)),
  )
}
