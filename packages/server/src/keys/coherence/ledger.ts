import type { AuthorityChange } from '../../store/authority-log.ts'

/** A node, as the ledger has it. */
export type Member = {
  node: string
  /** Number of its newest renewal: whenever it renews its lease, this is another one. */
  renewal: number
  /** Every change up to this epoch has taken effect on it. */
  applied: number
  /** Whether somebody has seen for longer than a lease that it did not renew. */
  isLost: boolean
}

/** What a node says of itself when it renews its lease. */
export type Standing = Pick<Member, 'node' | 'renewal' | 'applied'>

/** Streams that a node has ended for a change. */
export type Severed = { epoch: number; streams: number }

/** Who is told of what. Any of it may be lost, and come late, twice or in another order. */
export type Heard = {
  /** Somebody has changed something. */
  changed(epoch: number): void
  /** Somebody has applied something. */
  applied(): void
  /** What was said since the connection was lost has not been heard. */
  restored(): void
}

/**
 * What nodes share: who they are, and what has changed. Everything it answers was true when it was asked or later.
 * Throws `SERVICE_UNAVAILABLE` when it cannot be asked.
 */
export type Ledger = {
  /** Writes a renewal down, unless a later one is there; returns all members, this one included. */
  renew(standing: Standing): Promise<Member[]>
  members(): Promise<Member[]>
  /** Changes in the order of their epochs, the oldest first, so many at most. None is ever added before one of them. */
  changesAfter(epoch: number, limit: number): Promise<AuthorityChange[]>
  newestEpoch(): Promise<number>
  /** Writes down what a node has applied and ended, and tells everybody. */
  acknowledge(node: string, applied: number, severed: readonly Severed[]): Promise<void>
  /** Streams that nodes have ended for a change, `except` for one. */
  streamsSevered(epoch: number, except: string | null): Promise<number>
  /** Tells everybody of a change that is committed. */
  tell(epoch: number): Promise<void>
  /** Marks a member as lost, unless it has renewed its lease meanwhile. */
  markLost(member: Member): Promise<void>
  /** Takes a member out, unless it has renewed its lease meanwhile. */
  remove(member: Pick<Member, 'node' | 'renewal'>): Promise<void>
  /** Begins to hear; resolves when it does. */
  open(heard: Heard): Promise<void>
  close(): Promise<void>
}
