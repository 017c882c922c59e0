import type { KeyLimits, Scope } from '@kugelaudio/contract'
import type { Cancel, Clock } from '../clock.ts'
import type { Failure } from '../failure.ts'
import type { TokenTerms } from '../store/tokens.ts'
import type { Demand } from './permissions.ts'

/** A key that acts, and with what authority. People have a principal of their own: `people/session-grants.ts`. */
export type Principal = {
  kind: 'key'
  accountId: string
  keyId: string
  bySecret: 'current' | 'old' | 'token'
  plan: string
  scopes: readonly Scope[]
  limits: KeyLimits
  expiresAtMs: number | null
  /** The token by which the key acts, and the locks that come with it. */
  token: TokenTerms | null
}

/** What is spoken by a grant: with what last, and how many characters in all. */
export type Spoken = { model: string; voice: string; characters: number }

/** The right to act for a principal, until it is released or severed. */
export class Grant implements Disposable {
  /** By what it was opened: to look again when its key has changed. */
  readonly digest: string
  readonly demand: Demand
  readonly openedAtMs: number
  /** Its place among all that were opened here. */
  readonly #number: number
  #principal: Principal
  readonly #controller = new AbortController()
  readonly #forget: (grant: Grant) => void
  #stopTimer: Cancel = () => {}
  #use: () => Promise<void> = async () => {}
  #spoken: Spoken | null = null

  constructor(opened: Opened & { number: number }, forget: (grant: Grant) => void) {
    this.openedAtMs = opened.openedAtMs
    this.#number = opened.number
    this.#principal = opened.principal
    this.digest = opened.digest
    this.demand = opened.demand
    this.#forget = forget
  }

  /** Names it among those of its node; never the same twice, also after a restart. */
  get id(): string {
    return `str_${this.openedAtMs.toString(36)}_${this.#number.toString(36)}`
  }

  /** Null: nothing was spoken with it yet. */
  get spoken(): Spoken | null {
    return this.#spoken
  }

  /** Says with what is spoken from now on. */
  speaks({ model, voice }: { model: string; voice: string }): void {
    this.#spoken = { model, voice, characters: this.#spoken?.characters ?? 0 }
  }

  /** Counts what is spoken. */
  spoke(characters: number): void {
    if (this.#spoken !== null) this.#spoken.characters += characters
  }

  get principal(): Principal {
    return this.#principal
  }

  /** Aborts, with a Failure as its reason, when the authority ends. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Says what is to be done by the first use: what may be used once is used up by it. */
  uponUse(use: () => Promise<void>): void {
    this.#use = use
  }

  /**
   * Call before anything is done with it, when nothing of the request can be refused any more by how it was sent. Throws
   * `UNAUTHORIZED` when somebody else has used it up, and what severed it.
   */
  async use(): Promise<void> {
    await this.#use()
    this.signal.throwIfAborted()
  }

  /** Goes on with other authority. */
  renew(principal: Principal): void {
    this.#principal = principal
  }

  /** Ends what is done with it, at once. */
  sever(reason: Failure): void {
    this.release()
    this.#controller.abort(reason)
  }

  /** Severs it after a while, unless it is over before. */
  severAfter(clock: Clock, delayMs: number, reason: Failure): void {
    this.#stopTimer = clock.after(delayMs, () => this.sever(reason))
  }

  /** Call when what it was opened for is over. */
  release(): void {
    this.#stopTimer()
    this.#forget(this)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

type Opened = { principal: Principal; digest: string; demand: Demand; openedAtMs: number }

/** Every grant in use on this node, by key and by account, so that it can be severed. */
export class OpenGrants {
  readonly #byKey = new Map<string, Set<Grant>>()
  #opened = 0
  readonly #forget = (grant: Grant): void => {
    const grants = this.#byKey.get(grant.principal.keyId)
    if (grants?.delete(grant) && grants.size === 0) this.#byKey.delete(grant.principal.keyId)
  }

  get size(): number {
    let size = 0
    for (const grants of this.#byKey.values()) size += grants.size
    return size
  }

  open(opened: Opened): Grant {
    const grant = new Grant({ ...opened, number: ++this.#opened }, this.#forget)
    const grants = this.#byKey.get(opened.principal.keyId)
    if (grants === undefined) this.#byKey.set(opened.principal.keyId, new Set([grant]))
    else grants.add(grant)
    return grant
  }

  ofKey(keyId: string): Grant[] {
    return [...(this.#byKey.get(keyId) ?? [])]
  }

  /** Those of a key that were opened to speak: what people call streams. */
  streamsOfKey(keyId: string): Grant[] {
    return this.ofKey(keyId).filter(({ demand }) => demand.scope?.startsWith('speech:') === true)
  }

  ofAccount(accountId: string): Grant[] {
    return [...this.#byKey.values()].flatMap((grants) =>
      [...grants].filter(({ principal }) => principal.accountId === accountId),
    )
  }
}
