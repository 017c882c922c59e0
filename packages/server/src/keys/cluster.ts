import type { ReceiptNode } from '@kugelaudio/contract'
import type { AuthorityChange } from '../store/authority-log.ts'

/** What a node does with a change: forgets and severs. Returns how many streams it ended. */
export type ApplyChange = (change: AuthorityChange) => Promise<number>

/** How the nodes took a change. */
export type Settlement = { nodes: ReceiptNode[]; streamsSevered: number }

/** How far a change has come: who has taken it, and who is still waited for. */
export type Settling = Settlement & { waiting: string[] }

/** Hears of a change once it is in force here, and again whenever another node has taken it. Must not throw. */
export type HearSettling = (settling: Settling) => void

/** How a node stands to what is shared. */
export type NodeStanding = {
  /** Whether it may answer from memory. */
  holdsLease: boolean
  /** Since the newest renewal was sent; null where there are no leases, or none. */
  leaseAgeMs: number | null
  /** Every change up to this epoch is in force on it. */
  applied: number
}

/** A node as this one has seen it last. */
export type NodeSeen = {
  node: string
  /** Number of the newest change that it has applied. */
  applied: number
  isLost: boolean
  /** What is left of its lease, at most; null where nodes need none, or it was not seen yet. */
  leaseMs: number | null
}

/** The nodes that serve the same keys, and what each of them has applied. */
export type Cluster = {
  /** Whether this node has applied every change there is: only then may it answer from memory. Cheap. */
  current(): boolean
  /** As it is now, for those who look at it. */
  standing(): NodeStanding
  /** Applies what this node has not applied yet; returns when `current` was true. */
  catchUp(): Promise<void>
  /** All nodes, this one included. */
  nodes(): NodeSeen[]
  /** Returns when every node has applied a change, or can no longer act on what came before it. */
  settle(change: AuthorityChange, hear?: HearSettling): Promise<Settlement>
  /** Begins to serve: changes made by other processes reach this one. */
  join(): Promise<void>
  leave(): Promise<void>
}
