/** What the database says to a node that asks for some of the requests that are left. */
export type Share = {
  /** Requests that this node may let pass; 0 where none are left. */
  granted: number
  /** Of all nodes, with these. */
  taken: number
  resetMs: number
}

/** Asks for a share of a subject's window: a twentieth of what is left of the quota, at least one. */
export type TakeShare = (subject: string, quota: number) => Promise<Share>
