import type { IncomingMessage } from 'node:http'
import type { Actor } from '../../audit/actor.ts'
import type { Grant, Principal } from '../../auth/grants.ts'
import type { Person, SessionGrant } from '../../auth/people/session-grants.ts'
import type { FormFile } from './multipart.ts'

/** One call of a route, parsed. */
export type Call<Body = unknown, Query = unknown> = {
  /** What the braces of the path stand for. */
  params: Record<string, string>
  query: Query
  body: Body
  /** The body as it came: signatures are over this. */
  bytes: Uint8Array
  /** The files of a form, in order. */
  files: readonly FormFile[]
  /** Where the call comes from; null when it cannot be known. */
  address: string | null
  /** Who calls, for the audit log. */
  actor: Actor
  /** The request itself, for what is about pages and cookies. */
  message: IncomingMessage
  /** A header by its lower-case name. */
  header(name: string): string | null
  /** Aborts when the caller has gone. */
  readonly gone: AbortSignal
  /**
   * The answer goes on after the handler has returned; call what this returns when it has ended: with null, or with what
   * broke it, which breaks the connection too.
   */
  outlive(): (broke: unknown) => void
}

/** Longest agent that is worth keeping. */
const AGENT_CHARACTERS_MAX = 200

export function actorOf(
  grant: Grant | SessionGrant<Person> | null,
  message: IncomingMessage,
  address: string | null,
  requestId: string,
): Actor {
  return {
    name: grant === null ? 'anyone' : nameOf(grant.principal),
    address,
    agent: message.headers['user-agent']?.slice(0, AGENT_CHARACTERS_MAX) ?? null,
    requestId,
  }
}

const nameOf = (principal: Principal | Person): string =>
  principal.kind === 'key' ? `key:${principal.keyId}` : `member:${principal.userId}`
