import { Failure } from '../failure.ts'

/** Who acts, and with what authority. */
export type Principal = { accountId: string; keyId: string; plan: string; expiresAtMs: number | null }

/** The right to act for a principal, until it is released or severed. */
export class Grant implements Disposable {
  readonly principal: Principal
  readonly #controller = new AbortController()
  readonly #forget: (grant: Grant) => void

  constructor(principal: Principal, forget: (grant: Grant) => void) {
    this.principal = principal
    this.#forget = forget
  }

  /** Aborts, with a Failure as its reason, when the authority ends. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Ends what is done with it, at once. */
  sever(reason: Failure): void {
    this.release()
    this.#controller.abort(reason)
  }

  /** Call when what it was opened for is over. */
  release(): void {
    this.#forget(this)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/** Every grant in use on this node, by key, so that it can be severed. */
export class OpenGrants {
  readonly #byKey = new Map<string, Set<Grant>>()
  readonly #forget = (grant: Grant): void => {
    const grants = this.#byKey.get(grant.principal.keyId)
    if (grants?.delete(grant) && grants.size === 0) this.#byKey.delete(grant.principal.keyId)
  }

  get size(): number {
    let size = 0
    for (const grants of this.#byKey.values()) size += grants.size
    return size
  }

  open(principal: Principal): Grant {
    const grant = new Grant(principal, this.#forget)
    const grants = this.#byKey.get(principal.keyId)
    if (grants === undefined) this.#byKey.set(principal.keyId, new Set([grant]))
    else grants.add(grant)
    return grant
  }

  /** Ends everything that is done with a key; returns how much that was. */
  severKey(keyId: string): number {
    const grants = [...(this.#byKey.get(keyId) ?? [])]
    for (const grant of grants) grant.sever(new Failure('UNAUTHORIZED', undefined, { cause: 'revoked' }))
    return grants.length
  }
}
