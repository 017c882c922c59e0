import type { Role } from '@kugelaudio/contract'
import type { Failure } from '../../failure.ts'
import type { Grant } from '../grants.ts'

/** A person who is signed in. Without an account there is nothing that the person may manage. */
export type Person = {
  kind: 'member'
  userId: string
  sessionId: string
  /** The session's own name, as its cookie holds it. */
  sessionToken: string
  authenticatedAtMs: number
  expiresAtMs: number
  accountId: string | null
  role: Role | null
  plan: string | null
}

/** A person who acts for an account. */
export type Member = Person & { accountId: string; role: Role; plan: string }

/** A person's right to act, until it is released or severed. */
export class SessionGrant<Who extends Person = Member> implements Disposable {
  readonly principal: Who
  readonly #controller = new AbortController()
  readonly #forget: () => void

  constructor(principal: Who, forget: (grant: SessionGrant<Who>) => void) {
    this.principal = principal
    this.#forget = () => forget(this)
  }

  /** Aborts, with a Failure as its reason, when the authority ends. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  sever(reason: Failure): void {
    this.release()
    this.#controller.abort(reason)
  }

  release(): void {
    this.#forget()
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/** What a management route is called with: a key that may manage, or a member. */
export type AnyGrant = Grant | SessionGrant

/** Everything people are doing on this node at this moment, by person, so that it can be ended. */
export class OpenSessions {
  readonly #byUser = new Map<string, Set<SessionGrant<Person>>>()

  open<Who extends Person>(principal: Who): SessionGrant<Who> {
    const grants = this.#byUser.get(principal.userId) ?? new Set()
    this.#byUser.set(principal.userId, grants)
    const grant = new SessionGrant(principal, (released) => {
      if (grants.delete(released) && grants.size === 0 && this.#byUser.get(principal.userId) === grants)
        this.#byUser.delete(principal.userId)
    })
    grants.add(grant)
    return grant
  }

  /** Ends what a person does for an account; returns how much it was. */
  severMember(userId: string, accountId: string, reason: Failure): number {
    return this.#sever(userId, reason, ({ principal }) => principal.accountId === accountId)
  }

  /** Ends what is done in one session. */
  severSession(userId: string, sessionId: string, reason: Failure): number {
    return this.#sever(userId, reason, ({ principal }) => principal.sessionId === sessionId)
  }

  #sever(userId: string, reason: Failure, touches: (grant: SessionGrant<Person>) => boolean): number {
    const touched = [...(this.#byUser.get(userId) ?? [])].filter(touches)
    for (const grant of touched) grant.sever(reason)
    return touched.length
  }
}
