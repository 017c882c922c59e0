import { LeasedTable, type ReadMark } from '@kugelaudio/keycore'
import { principalOf } from '../../src/auth/authenticate.ts'
import { type Confirm, createConfirm } from '../../src/auth/confirm.ts'
import { type Grant, OpenGrants } from '../../src/auth/grants.ts'
import { OpenSessions } from '../../src/auth/people/session-grants.ts'
import { Failure } from '../../src/failure.ts'
import { CoherentNode } from '../../src/keys/coherence/coherent-node.ts'
import { type Instant, LEASE_MS, Lease } from '../../src/keys/coherence/lease.ts'
import { createKeyLookup, type KeyLookup } from '../../src/keys/lookup.ts'
import { createApplyChange } from '../../src/keys/revocation.ts'
import type { KeyRecord } from '../../src/store/api-keys.ts'
import { Dice } from './dice.ts'
import { VirtualDatabase } from './virtual-ledger.ts'
import { VirtualMachine } from './virtual-machine.ts'
import { VirtualTime } from './virtual-time.ts'

/** What is broken on purpose: each of these must be found out. */
export type Variant =
  | 'none'
  | 'lease from answer'
  | 'no epoch check'
  | 'announce before commit'
  | 'serves before it has joined'
  | 'lease by the monotonic clock alone'
  | 'lease comes back when the clock is set back'

/** What a walk is like, where it is not the usual one. */
export type Walk = {
  /** How many nodes there are. */
  nodes?: number
  /** Whether nothing goes wrong: then what it costs is what the protocol costs. */
  isCalm?: boolean
}

const NODES = 3
/** How long nobody does anything, at most. */
const IDLE_MS = 4
/** As long as nothing goes wrong: time for changes to end before others begin. */
const IDLE_CALM_MS = 20
const KEYS = 24
const DEMAND = { scope: null, address: null }

class AnswerLease extends Lease {
  override renew(_sent: Instant, answered: Instant): void {
    super.renew(answered, answered)
  }
}

/** Believes that no time has passed while its machine was suspended. */
class MonotonicLease extends Lease {
  override holds({ monotonicMs }: Instant): boolean {
    return super.holds({ monotonicMs, wallMs: monotonicMs })
  }
  override renew({ monotonicMs }: Instant, answered: Instant): void {
    super.renew({ monotonicMs, wallMs: monotonicMs }, answered)
  }
}

/** Asks both clocks each time, and remembers nothing of what they have said. */
class RevivedLease extends Lease {
  #sent: Instant | null = null
  override holds({ monotonicMs, wallMs }: Instant): boolean {
    const sent = this.#sent
    return sent !== null && Math.max(monotonicMs - sent.monotonicMs, wallMs - sent.wallMs) < LEASE_MS
  }
  override renew(sent: Instant): void {
    this.#sent = sent
  }
}

function leaseOf(variant: Variant): Lease {
  switch (variant) {
    case 'lease from answer':
      return new AnswerLease()
    case 'lease by the monotonic clock alone':
      return new MonotonicLease()
    case 'lease comes back when the clock is set back':
      return new RevivedLease()
    default:
      return new Lease()
  }
}

class CarelessTable extends LeasedTable<KeyRecord> {
  override isCurrent(_mark: ReadMark): boolean {
    return true
  }
}

type Node = {
  machine: VirtualMachine
  cluster: CoherentNode
  lookup: KeyLookup
  grants: OpenGrants
  confirm: Confirm
}
type Key = { id: string; revoker: VirtualMachine | null; deadSince: number | null }

/** The protocol of many nodes with everything that can go wrong between them, and what must hold all the same. */
export class CoherenceSimulation {
  readonly time = new VirtualTime()
  readonly counts: Record<string, number> = {}
  readonly #dice: Dice
  readonly #variant: Variant
  readonly #places: number
  readonly #isFaulty: boolean
  readonly #database: VirtualDatabase
  readonly #nodes: Node[] = []
  readonly #keys: Key[] = []
  #held: { node: Node; grant: Grant; key: Key }[] = []
  #made = 0
  #isCalm = false
  violation: string | null = null
  /** How long each revocation took from its commit until every node had settled it. */
  readonly windowsMs: number[] = []

  constructor(seed: number, variant: Variant, { nodes = NODES, isCalm = false }: Walk = {}) {
    this.#dice = new Dice(seed)
    this.#variant = variant
    this.#places = nodes
    this.#isFaulty = !isCalm
    this.#database = new VirtualDatabase(this.time, this.#dice)
    this.#database.isFaulty = !isCalm
    for (let place = 0; place < nodes; place++) this.#start(place)
    while (this.#keys.length < KEYS) this.#createKey()
    this.#act()
  }

  /** What the database was asked and what it told, by kind. */
  get traffic(): Readonly<Record<string, number>> {
    return this.#database.traffic
  }

  async run(steps: number): Promise<void> {
    while (this.time.steps < steps && this.violation === null) await this.time.step()
  }

  /** Everything works again: says what does not come right by itself. */
  async heal(): Promise<string[]> {
    this.#isCalm = true
    this.#database.isFaulty = false
    const until = this.time.nowMs + 60_000
    while (this.time.nowMs < until && this.violation === null) await this.time.step()
    const wrong: string[] = []
    let looking = 0
    for (const [place, node] of this.#nodes.entries()) {
      if (!node.cluster.current()) wrong.push(`node ${place} holds no lease`)
      for (const key of this.#keys) {
        if (key.revoker !== null) {
          wrong.push(`${key.id} is still being revoked`)
          continue
        }
        const expected = this.#database.revoked.has(key.id) ? 'refused' : 'accepted'
        looking++
        void this.#look(node, key).then((outcome) => {
          looking--
          if (outcome !== expected) wrong.push(`${key.id} is ${outcome} on node ${place}`)
        })
      }
    }
    while (looking > 0) await this.time.step()
    return wrong
  }

  #start(place: number): void {
    const machine = new VirtualMachine(this.time, this.#dice)
    const broken = this.#variant
    const lease = leaseOf(broken)
    const options = { capacity: 1_000, holdsLease: () => cluster.current() }
    const table =
      broken === 'no epoch check' ? new CarelessTable(options) : new LeasedTable<KeyRecord>(options)
    const grants = new OpenGrants()
    const apply = createApplyChange({
      table,
      grants,
      people: new OpenSessions(),
      enforceLimits: () => 0,
      forgetPrefixes: () => {},
      database: null as never,
      clock: machine,
    })
    const ledger = this.#database.ledgerOf(machine)
    const cluster = new CoherentNode({
      node: `node-${this.#made++}`,
      ledger,
      lease,
      apply,
      clock: machine,
    })
    const read = (digest: string) => this.#database.ask(machine, () => this.#recordOf(digest))
    let hasJoined = false
    // A node that begins too early looks for itself what there is.
    const asked =
      broken === 'serves before it has joined'
        ? {
            current: () => cluster.current(),
            catchUp: async () => void (hasJoined && (await cluster.catchUp())),
          }
        : cluster
    const lookup = createKeyLookup({
      table,
      readByKey: read,
      readByToken: read,
      cluster: asked,
      clock: machine,
    })
    const confirm = createConfirm({ cluster, clock: machine })
    this.#nodes[place] = { machine, cluster, lookup, grants, confirm }
    cluster.join().then(
      () => {
        hasJoined = true
      },
      () => this.#crash(place),
    )
  }

  #crash(place: number): void {
    const node = this.#nodes[place]
    if (node === undefined || node.machine.isDead) return
    node.machine.isDead = true
    // Who had asked it for something asks another node.
    for (const key of this.#keys) if (key.revoker === node.machine) key.revoker = null
    this.#held = this.#held.filter((held) => held.node !== node)
    this.#count('crash')
    this.time.after(this.#dice.roll() * 4_000, () => this.#start(place))
  }

  #createKey(): void {
    this.#keys.push({ id: `key-${this.#made++}`, revoker: null, deadSince: null })
  }

  #recordOf(id: string): KeyRecord {
    return {
      keyId: id,
      accountId: 'account',
      bySecret: 'current',
      plan: 'free',
      scopes: [],
      allowedIps: null,
      limits: {},
      expiresAtMs: null,
      revokedAtMs: this.#database.revoked.has(id) ? 0 : null,
      accountSuspended: false,
      token: null,
    }
  }

  /** Somebody does something, again and again. */
  #act(): void {
    const idleMs = this.#isFaulty ? IDLE_MS : IDLE_CALM_MS
    this.time.after(this.#dice.roll() * idleMs, () => {
      const roll = this.#dice.roll()
      const place = this.#dice.below(this.#places)
      const node = this.#nodes[place]
      if (node !== undefined && !node.machine.isDead && !node.machine.isStill) {
        // While all is calm nothing more is revoked: what was under way has time to end.
        if (roll < 0.85) void this.#verify(node, this.#dice.pick(this.#keys))
        else if (roll < 0.95) this.#confirmOne()
        else if (roll < 0.975 && !this.#isCalm) void this.#revoke(node, this.#dice.pick(this.#keys))
      }
      if (roll >= 0.997 && !this.#isCalm && this.#isFaulty) this.#trouble(place)
      this.#act()
    })
  }

  async #look({ lookup, grants }: Node, { id }: Key, hold?: (grant: Grant) => void): Promise<string> {
    try {
      return await lookup.withKey(id, (record) => {
        if (record === null || record.revokedAtMs !== null) return 'refused'
        if (hold !== undefined)
          hold(grants.open({ principal: principalOf(record), digest: id, demand: DEMAND, openedAtMs: 0 }))
        return 'accepted'
      })
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return 'unavailable'
    }
  }

  async #verify(node: Node, key: Key): Promise<void> {
    const wasDead = key.deadSince !== null
    const hold = this.#dice.chance(0.05)
      ? (grant: Grant): void => void this.#held.push({ node, grant, key })
      : undefined
    const outcome = await this.#look(node, key, hold)
    this.#count(outcome)
    if (outcome === 'accepted' && wasDead) this.#violated(`${key.id} was accepted after it was revoked`)
  }

  /** Goes on with what was opened before. */
  #confirmOne(): void {
    const at = this.#dice.below(Math.max(1, this.#held.length))
    const held = this.#held[at]
    if (held === undefined || held.node.machine.isStill) return
    const { node, grant, key } = held
    const wasDead = key.deadSince !== null
    this.#held.splice(at, 1)
    node.confirm(grant).then(
      () => {
        this.#count('confirmed')
        if (wasDead) this.#violated(`a stream of ${key.id} went on after it was revoked`)
        else this.#held.push(held)
      },
      () => this.#count('severed'),
    )
  }

  async #revoke({ machine, cluster }: Node, key: Key): Promise<void> {
    if (key.revoker !== null || key.deadSince !== null) return
    key.revoker = machine
    if (this.#keys.filter(({ deadSince }) => deadSince === null).length <= KEYS) this.#createKey()
    const commit = () => this.#database.ask(machine, () => void this.#database.revoked.add(key.id))
    const change = { change: 'key.revoked', keyId: key.id, accountId: 'account', atMs: 0 } as const
    // Whoever is told nothing asks for the same again, as users do.
    for (;;) {
      try {
        if (this.#variant === 'announce before commit') {
          await cluster.settle(await this.#database.ask(machine, () => this.#database.append(change)))
          await commit()
        } else {
          const logged = await this.#database.ask(machine, () => {
            this.#database.revoked.add(key.id)
            const before = this.#database.log.find(({ keyId }) => keyId === key.id)
            return before ?? this.#database.append(change)
          })
          const committedMs = this.time.nowMs
          const { nodes } = await cluster.settle(logged)
          this.windowsMs.push(this.time.nowMs - committedMs)
          for (const { settled } of nodes) this.#count(settled)
        }
        break
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        this.#count('told nothing')
      }
    }
    key.revoker = null
    key.deadSince = this.time.steps
    this.#count('revoked')
    const dead = this.#keys.filter(({ deadSince }) => deadSince !== null)
    if (dead.length > KEYS) this.#keys.splice(this.#keys.indexOf(dead[0] as Key), 1)
  }

  #trouble(place: number): void {
    const machine = this.#nodes[place]?.machine
    const forMs = this.#dice.roll() * 6_000
    const kind = this.#dice.pick(['cut', 'cut', 'stop', 'suspend', 'crash', 'clock', 'gone'] as const)
    this.#count(kind)
    switch (kind) {
      case 'cut':
        return machine?.cut(forMs)
      case 'stop':
        return machine?.standStill(forMs, false)
      case 'suspend':
        return machine?.standStill(forMs, true)
      case 'crash':
        return this.#crash(place)
      case 'clock':
        return machine?.setClock((this.#dice.roll() - 0.5) * 600_000)
      case 'gone':
        return this.#database.goAway(forMs / 2)
    }
  }

  #violated(what: string): void {
    this.violation ??= `${what} (step ${this.time.steps}, ${this.time.nowMs.toFixed(1)} ms)`
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
  }
}
