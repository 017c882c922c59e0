import type { Grant, Principal } from '../auth/grants.ts'
import { Failure } from '../failure.ts'
import type { Plans } from './plans.ts'

/** Longer than any turn waits to see a place freed by another one. */
const RETRY_AFTER_S = 1

/** What is spoken by one grant: the turns of a socket share its place. */
type Stream = { id: number; grant: Grant; turns: Set<(reason: Failure) => void> }

/** Whose limit on streams, and what it is. */
export type StreamLimit = { limit: 'account' | 'key'; max: number }

/** What is being spoken on this node, by account and by key: each socket or request takes a place and gives it back. */
export class OpenStreams {
  readonly #plans: Plans
  /** Oldest first. */
  readonly #byAccount = new Map<string, Set<Stream>>()
  readonly #byGrant = new Map<Grant, Stream>()
  readonly #countByKey = new Map<string, number>()
  #opened = 0

  constructor(plans: Plans) {
    this.#plans = plans
  }

  /**
   * Takes a place, or shares the one that the grant has; call what it returns, once or more often, to give it back.
   * `sever` is called when the place is taken away. Throws `RATE_LIMITED` when the account or the key has none left.
   */
  take(grant: Grant, sever: (reason: Failure) => void): () => void {
    const shared = this.#byGrant.get(grant)
    if (shared !== undefined) return this.#join(shared, sever)
    const { accountId, keyId } = grant.principal
    const full = this.fullFor(grant)
    if (full !== null) throw tooMany(full)
    const stream: Stream = { id: ++this.#opened, grant, turns: new Set() }
    this.#byGrant.set(grant, stream)
    const streams = this.#byAccount.get(accountId)
    if (streams === undefined) this.#byAccount.set(accountId, new Set([stream]))
    else streams.add(stream)
    this.#countByKey.set(keyId, this.ofKey(keyId) + 1)
    return this.#join(stream, sever)
  }

  /** The limit that leaves no place for a grant; null when there is one. */
  fullFor(grant: Grant): StreamLimit | null {
    const { accountId, keyId } = grant.principal
    if (this.#byGrant.has(grant)) return null
    return this.#full(grant.principal, this.ofAccount(accountId), this.ofKey(keyId))
  }

  /** Tells the stream of a grant from all others of this node; null when it has none. */
  idOf(grant: Grant): number | null {
    return this.#byGrant.get(grant)?.id ?? null
  }

  /** The limit that leaves no place beside so many streams on all nodes. */
  fullBeside(grant: Grant, { ofAccount, ofKey }: { ofAccount: number; ofKey: number }): StreamLimit | null {
    return this.#full(grant.principal, ofAccount, ofKey)
  }

  get size(): number {
    let size = 0
    for (const streams of this.#byAccount.values()) size += streams.size
    return size
  }

  ofAccount(accountId: string): number {
    return this.#byAccount.get(accountId)?.size ?? 0
  }

  ofKey(keyId: string): number {
    return this.#countByKey.get(keyId) ?? 0
  }

  /** Severs the newest streams of an account that its limits, as they are now, leave no place for; returns how many. */
  enforce(accountId: string): number {
    const keptByKey = new Map<string, number>()
    let kept = 0
    let severed = 0
    for (const stream of [...(this.#byAccount.get(accountId) ?? [])]) {
      const { principal } = stream.grant
      const keptOfKey = keptByKey.get(principal.keyId) ?? 0
      const full = this.#full(principal, kept, keptOfKey)
      if (full === null) {
        kept++
        keptByKey.set(principal.keyId, keptOfKey + 1)
      } else {
        severed++
        for (const sever of [...stream.turns]) sever(tooMany(full))
      }
    }
    return severed
  }

  /** Why there is no place beside so many others; null when there is. */
  #full({ plan, limits }: Principal, ofAccount: number, ofKey: number): StreamLimit | null {
    const accountMax = this.#plans.of(plan).concurrent_streams
    if (accountMax !== null && ofAccount >= accountMax) return { limit: 'account', max: accountMax }
    const keyMax = limits.concurrent_streams ?? null
    return keyMax !== null && ofKey >= keyMax ? { limit: 'key', max: keyMax } : null
  }

  #join(stream: Stream, sever: (reason: Failure) => void): () => void {
    stream.turns.add(sever)
    return () => {
      stream.turns.delete(sever)
      if (stream.turns.size === 0) this.#giveBack(stream)
    }
  }

  #giveBack(stream: Stream): void {
    const { accountId, keyId } = stream.grant.principal
    const streams = this.#byAccount.get(accountId)
    if (streams === undefined || !streams.delete(stream)) return
    this.#byGrant.delete(stream.grant)
    if (streams.size === 0) this.#byAccount.delete(accountId)
    const left = this.ofKey(keyId) - 1
    if (left > 0) this.#countByKey.set(keyId, left)
    else this.#countByKey.delete(keyId)
  }
}

/** A refusal that says which limit it was. */
export const tooMany = ({ limit, max }: StreamLimit): Failure =>
  new Failure('RATE_LIMITED', `Rate limit exceeded: ${max} concurrent streams (${limit})`, {
    retryAfterS: RETRY_AFTER_S,
    cause: `concurrent_streams of the ${limit}`,
  })
