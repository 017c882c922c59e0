import { Failure } from '../../src/failure.ts'
import type { Heard, Ledger, Member } from '../../src/keys/coherence/ledger.ts'
import type { AuthorityChange } from '../../src/store/authority-log.ts'
import type { Dice } from './dice.ts'
import type { VirtualMachine } from './virtual-machine.ts'
import type { VirtualTime } from './virtual-time.ts'

/** After so long a machine believes that it gets no answer. */
const SILENCE_MS = 1_500

/** The one database, and the network between it and the machines. */
export class VirtualDatabase {
  readonly log: AuthorityChange[] = []
  readonly revoked = new Set<string>()
  readonly #members = new Map<string, Member & { lostRenewal: number | null }>()
  readonly #severed: { epoch: number; node: string; streams: number }[] = []
  readonly #ears = new Map<VirtualMachine, Heard>()
  readonly #time: VirtualTime
  readonly #dice: Dice
  #goneUntilMs = 0
  /** Whether messages are late, lost, doubled and in another order. */
  isFaulty = true
  /** What it was asked, and what reached somebody who listens, by kind. */
  readonly traffic: Record<string, number> = {}

  constructor(time: VirtualTime, dice: Dice) {
    this.#time = time
    this.#dice = dice
  }

  goAway(forMs: number): void {
    this.#goneUntilMs = this.#time.nowMs + forMs
  }

  get isGone(): boolean {
    return this.#time.nowMs < this.#goneUntilMs
  }

  /** A statement of a machine's: it may never come, come late, and its answer may get lost. */
  ask<Result>(machine: VirtualMachine, work: () => Result): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const fail = (): void => reject(new Failure('SERVICE_UNAVAILABLE'))
    machine.after(SILENCE_MS, fail)
    this.#carry(machine, () => {
      if (this.isGone) return
      const result = work()
      this.#carry(machine, () => machine.arrive(() => resolve(result)))
    })
    return promise
  }

  append(change: Omit<AuthorityChange, 'epoch'>): AuthorityChange {
    const appended = { ...change, epoch: this.log.length + 1 }
    this.log.push(appended)
    return appended
  }

  ledgerOf(machine: VirtualMachine): Ledger {
    const ask = <Result>(kind: string, work: () => Result) => {
      this.#count(kind)
      return this.ask(machine, work)
    }
    return {
      renew: ({ node, renewal, applied }) =>
        ask('renew', () => {
          const known = this.#members.get(node)
          if (known === undefined || known.renewal < renewal)
            this.#members.set(node, {
              node,
              renewal,
              applied: Math.max(known?.applied ?? 0, applied),
              isLost: false,
              lostRenewal: null,
            })
          return this.#listed()
        }),
      members: () => ask('members', () => this.#listed()),
      changesAfter: (epoch, limit) =>
        ask('changesAfter', () => this.log.filter((change) => change.epoch > epoch).slice(0, limit)),
      newestEpoch: () => ask('newestEpoch', () => this.log.length),
      acknowledge: (node, applied, severed) =>
        ask('acknowledge', () => {
          for (const one of severed) this.#severed.push({ ...one, node })
          const known = this.#members.get(node)
          if (known !== undefined) known.applied = Math.max(known.applied, applied)
          this.#tell((heard) => heard.applied())
        }),
      streamsSevered: (epoch, except) =>
        ask('streamsSevered', () =>
          this.#severed
            .filter((one) => one.epoch === epoch && one.node !== except)
            .reduce((sum, { streams }) => sum + streams, 0),
        ),
      tell: (epoch) => ask('tell', () => this.#tell((heard) => heard.changed(epoch))),
      markLost: ({ node, renewal }) =>
        ask('markLost', () => {
          const known = this.#members.get(node)
          if (known?.renewal === renewal) known.lostRenewal = renewal
        }),
      remove: ({ node, renewal }) =>
        ask('remove', () => {
          if (this.#members.get(node)?.renewal === renewal) this.#members.delete(node)
        }),
      open: async (heard) => void this.#ears.set(machine, heard),
      close: async () => void this.#ears.delete(machine),
    }
  }

  #listed(): Member[] {
    return [...this.#members.values()].map(({ lostRenewal, ...member }) => {
      return { ...member, isLost: lostRenewal === member.renewal }
    })
  }

  #tell(say: (heard: Heard) => void): void {
    for (const [machine, heard] of this.#ears) {
      if (machine.isDead) this.#ears.delete(machine)
      this.#count('heard')
      const times = !this.isFaulty ? 1 : this.#dice.chance(0.15) ? 0 : this.#dice.chance(0.1) ? 2 : 1
      for (let time = 0; time < times; time++) this.#carry(machine, () => machine.arrive(() => say(heard)))
    }
  }

  #count(kind: string): void {
    this.traffic[kind] = (this.traffic[kind] ?? 0) + 1
  }

  #carry(machine: VirtualMachine, deliver: () => void): void {
    if (machine.isCut || (this.isFaulty && this.#dice.chance(0.003))) return
    this.#time.after(this.#delayMs(), deliver)
  }

  /** Mostly short, now and then as long as a lease. */
  #delayMs(): number {
    const isLong = this.isFaulty && this.#dice.chance(0.06)
    return isLong ? this.#dice.roll() * 1_200 : 0.1 + this.#dice.roll() * 4
  }
}
