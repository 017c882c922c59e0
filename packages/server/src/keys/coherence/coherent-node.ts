import type { ReceiptNode } from '@kugelaudio/contract'
import { type Cancel, type Clock, elapsedMs } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { oneAtATime } from '../../one-at-a-time.ts'
import type { AuthorityChange } from '../../store/authority-log.ts'
import type { ApplyChange, Cluster, HearSettling, NodeSeen, NodeStanding, Settlement } from '../cluster.ts'
import { instantOf, LEASE_MS, type Lease, RENEWED_EVERY_MS } from './lease.ts'
import type { Ledger, Severed } from './ledger.ts'
import { type HearMembers, Settlements } from './settlement.ts'

/** Changes read at a time. */
const CHANGES_PER_READ = 1_000
/** How soon a renewal that has failed is tried again. */
const TRIED_AGAIN_MS = 100
/** Changes of its own whose count of severed streams a node remembers. */
const COUNTS_KEPT = 1_000

type Parts = {
  node: string
  ledger: Ledger
  lease: Lease
  apply: ApplyChange
  clock: Clock
}

/**
 * One of many nodes on a ledger. It believes its memory while it holds a lease; whoever changes something waits until
 * every node has applied it, or holds no lease any more. ADR 0021.
 */
export class CoherentNode implements Cluster {
  readonly #node: string
  readonly #ledger: Ledger
  readonly #lease: Lease
  readonly #apply: ApplyChange
  readonly #clock: Clock
  readonly #settlements: Settlements
  readonly catchUp: () => Promise<void>
  readonly #acknowledge: () => Promise<void>
  #applied = 0
  #acknowledged = 0
  #renewal = 0
  /** Whether a change may be known to others that this node could not apply: then it renews nothing. */
  #isBehind = false
  #hasJoined = false
  #hasLeft = false
  #stopRenewing: Cancel = () => {}
  readonly #streamsByEpoch = new Map<number, number>()
  #unsaid: Severed[] = []
  /** Changes that wait to be settled here: nobody else asks this node about them. */
  readonly #own = new Set<number>()

  constructor(parts: Parts) {
    this.#node = parts.node
    this.#ledger = parts.ledger
    this.#lease = parts.lease
    this.#apply = parts.apply
    this.#clock = parts.clock
    this.#settlements = new Settlements(parts.ledger, parts.clock)
    this.catchUp = oneAtATime(() => this.#applyNew())
    this.#acknowledge = oneAtATime(() => this.#sayApplied())
  }

  current(): boolean {
    return this.#lease.holds(instantOf(this.#clock))
  }

  standing(): NodeStanding {
    const now = instantOf(this.#clock)
    return { holdsLease: this.#lease.holds(now), leaseAgeMs: this.#lease.ageMs(now), applied: this.#applied }
  }

  async join(): Promise<void> {
    await this.#ledger.open({
      changed: (epoch) => this.#changed(epoch),
      applied: () => this.#settlements.wake(),
      restored: () => this.#changed(Number.POSITIVE_INFINITY),
    })
    this.#applied = await this.#ledger.newestEpoch()
    this.#hasJoined = true
    await this.#renew()
    this.#renewAfter(RENEWED_EVERY_MS)
  }

  async leave(): Promise<void> {
    this.#hasLeft = true
    this.#stopRenewing()
    this.#lease.end()
    const { remove, close } = this.#ledger
    await remove({ node: this.#node, renewal: this.#renewal }).catch(() => {})
    await close()
  }

  async settle({ epoch }: AuthorityChange, hear?: HearSettling): Promise<Settlement> {
    const startMs = this.#clock.monotonicMs()
    this.#own.add(epoch)
    try {
      // Who does not hear of it finds it with the next renewal of its lease.
      void this.#ledger.tell(epoch).catch(() => {})
      await this.catchUp()
      const ms = elapsedMs(this.#clock, startMs)
      const settlementWith = async (others: ReceiptNode[]): Promise<Settlement> => ({
        nodes: [{ node: this.#node, settled: 'applied', ms }, ...others],
        streamsSevered: await this.#streamsSevered(epoch, others.length > 0),
      })
      const hearMembers: HearMembers | undefined =
        hear && (async (settled, waiting) => hear({ ...(await settlementWith(settled)), waiting }))
      const others = await this.#settlements.settled(epoch, startMs, this.#node, hearMembers)
      return await settlementWith(others)
    } finally {
      this.#own.delete(epoch)
    }
  }

  nodes(): NodeSeen[] {
    return this.#settlements.seen().map(({ member: { node, applied }, isLost, sinceMs }) => {
      const leftMs = Math.round(LEASE_MS - elapsedMs(this.#clock, sinceMs))
      return { node, applied, isLost, leaseMs: isLost ? 0 : Math.max(0, leftMs) }
    })
  }

  #changed(epoch: number): void {
    if (!this.#hasJoined) return
    const caughtUp = epoch > this.#applied ? this.catchUp() : Promise.resolve()
    caughtUp
      .then(() => (this.#acknowledged < this.#applied ? this.#acknowledge() : undefined))
      .catch(() => {
        this.#isBehind = true
      })
  }

  async #applyNew(): Promise<void> {
    // Of what came before it joined nothing is applied: what would be read or opened until then could not be taken back.
    if (!this.#hasJoined) throw new Failure('SERVICE_UNAVAILABLE', undefined, { cause: 'not joined' })
    let isAsked = false
    for (;;) {
      const changes = await this.#ledger.changesAfter(this.#applied, CHANGES_PER_READ)
      for (const change of changes) {
        const { epoch } = change
        const streams = await this.#apply(change)
        this.#applied = epoch
        this.#streamsByEpoch.set(epoch, streams)
        this.#streamsByEpoch.delete(epoch - COUNTS_KEPT)
        if (streams > 0) this.#unsaid.push({ epoch, streams })
        isAsked ||= streams > 0 || !this.#own.has(epoch)
      }
      if (changes.length < CHANGES_PER_READ) break
    }
    // What cannot be said now is said with the next renewal.
    if (isAsked) this.#acknowledge().catch(() => {})
  }

  /** Once for all that was applied since it was last said, however many ask for it. */
  async #sayApplied(): Promise<void> {
    const applied = this.#applied
    const severed = this.#unsaid
    if (applied <= this.#acknowledged && severed.length === 0) return
    this.#unsaid = []
    try {
      await this.#ledger.acknowledge(this.#node, applied, severed)
      this.#acknowledged = applied
    } catch (error) {
      this.#unsaid = [...severed, ...this.#unsaid]
      throw error
    }
  }

  /** The log is read after the renewal is written down: whoever has not seen the renewal has committed before. */
  async #renew(): Promise<void> {
    if (this.#isBehind) await this.catchUp()
    const sent = instantOf(this.#clock)
    const standing = { node: this.#node, renewal: ++this.#renewal, applied: this.#applied }
    this.#settlements.observe(await this.#ledger.renew(standing))
    const answered = instantOf(this.#clock)
    this.#isBehind = true
    await this.catchUp()
    this.#isBehind = false
    if (!this.#hasLeft) this.#lease.renew(sent, answered)
    if (this.#unsaid.length > 0) await this.#acknowledge()
  }

  #renewAfter(delayMs: number): void {
    this.#stopRenewing = this.#clock.after(delayMs, async () => {
      const startMs = this.#clock.monotonicMs()
      const everyMs = await this.#renew().then(
        () => RENEWED_EVERY_MS,
        () => TRIED_AGAIN_MS,
      )
      if (!this.#hasLeft) this.#renewAfter(Math.max(0, everyMs - elapsedMs(this.#clock, startMs)))
    })
  }

  /** On this node and, where there are others, as they have written it down. */
  async #streamsSevered(epoch: number, hasOthers: boolean): Promise<number> {
    const own = this.#streamsByEpoch.get(epoch) ?? 0
    return own + (hasOthers ? await this.#ledger.streamsSevered(epoch, this.#node) : 0)
  }
}
