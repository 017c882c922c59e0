import type { ReceiptNode } from '@kugelaudio/contract'
import { type Clock, elapsedMs } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { oneAtATime } from '../../one-at-a-time.ts'
import type { Ledger } from './ledger.ts'
import { MemberWatch, type Observed } from './member-watch.ts'

/** How often it is looked whether a node has applied a change that nobody has told of. */
const LOOKED_FOR_EVERY_MS = 50
/** Longer than any lease; then the ledger itself is not there. */
const SETTLED_MS_MAX = 10_000

/** Hears who has taken a change and who is waited for, whenever that is other than before. */
export type HearMembers = (settled: ReceiptNode[], waiting: string[]) => Promise<void>

/** Waits until members have applied changes, or may not act any more on what came before. */
export class Settlements {
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #watch = new MemberWatch()
  readonly #look: () => Promise<Observed[]>
  #seen: Observed[] = []
  #wake = Promise.withResolvers<void>()

  constructor(ledger: Ledger, clock: Clock) {
    this.#ledger = ledger
    this.#clock = clock
    this.#look = oneAtATime(async () => this.observe(await ledger.members()))
  }

  /** Members as they were read last. */
  seen(): Observed[] {
    return this.#seen
  }

  /** Takes note of members that were just read. */
  observe(members: Parameters<MemberWatch['observe']>[0]): Observed[] {
    const observed = this.#watch.observe(members, this.#clock.monotonicMs())
    this.#seen = observed
    for (const { member, isLost, isForgotten } of observed) {
      // Whoever comes next need not watch it for as long.
      if (isForgotten) void this.#ledger.remove(member).catch(() => {})
      else if (isLost && !member.isLost) void this.#ledger.markLost(member).catch(() => {})
    }
    return observed
  }

  /** Somebody has applied something: looks at once. */
  wake(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  /** How every member has taken a change that is committed, `except` one. Throws `SERVICE_UNAVAILABLE`. */
  async settled(
    epoch: number,
    startMs: number,
    except: string | null,
    hear?: HearMembers,
  ): Promise<ReceiptNode[]> {
    const settled = new Map<string, ReceiptNode>()
    let heard = ''
    for (;;) {
      const woken = this.#wake.promise
      try {
        const waiting: string[] = []
        for (const { member, isLost } of await this.#look()) {
          const { node, applied } = member
          if (node === except || settled.has(node)) continue
          const ms = elapsedMs(this.#clock, startMs)
          if (applied >= epoch) settled.set(node, { node, settled: 'applied', ms })
          else if (isLost) settled.set(node, { node, settled: 'lease expired', ms })
          else waiting.push(node)
        }
        if (waiting.length === 0) return [...settled.values()]
        const standing = JSON.stringify([[...settled.keys()], waiting])
        if (hear !== undefined && standing !== heard) await hear([...settled.values()], waiting)
        heard = standing
      } catch (error) {
        if (elapsedMs(this.#clock, startMs) >= SETTLED_MS_MAX) throw error
      }
      if (elapsedMs(this.#clock, startMs) >= SETTLED_MS_MAX) throw notSettled()
      await this.#wokenOrLater(woken)
    }
  }

  async #wokenOrLater(woken: Promise<void>): Promise<void> {
    const later = Promise.withResolvers<void>()
    const cancel = this.#clock.after(LOOKED_FOR_EVERY_MS, () => later.resolve())
    await Promise.race([woken, later.promise])
    cancel()
  }
}

const notSettled = (): Failure =>
  new Failure(
    'SERVICE_UNAVAILABLE',
    'The change is made, but not every node has said that it has applied it: send the same again',
    { retryAfterS: 1 },
  )
