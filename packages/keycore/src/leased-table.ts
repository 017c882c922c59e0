/** Names a record in the table by what can be forgotten: its key and its account. */
export type Owned = { keyId: string; accountId: string }

/** Marks the moment a read began, so that what was forgotten meanwhile is not put back. */
export type ReadMark = { readonly generation: number }

/** Beyond so many names that were forgotten one by one, all reads under way count as disturbed. */
const FORGOTTEN_NAMES_MAX = 1_000

/**
 * Key records by digest, to be believed only while a lease holds.
 *
 * The three ways a cache serves a revoked key are closed here: without a lease nothing is found; a read that was under
 * way when its key was forgotten is not kept; and forgetting reaches every digest of a key or an account.
 */
export class LeasedTable<Record extends Owned> {
  readonly #byDigest = new Map<string, Record>()
  readonly #digestsByKey = new Map<string, Set<string>>()
  readonly #keysByAccount = new Map<string, Set<string>>()
  readonly #holdsLease: () => boolean
  readonly #capacity: number
  #generation = 0
  /** When a key or an account was last forgotten. */
  readonly #forgottenAt = new Map<string, number>()
  /** When everything was; also stands for whoever is not in `#forgottenAt` any more. */
  #allForgottenAt = 0

  /** `capacity`: records kept at most; the one kept longest goes first. */
  constructor(options: { capacity: number; holdsLease: () => boolean }) {
    this.#capacity = options.capacity
    this.#holdsLease = options.holdsLease
  }

  get size(): number {
    return this.#byDigest.size
  }

  /** The record, or null when it is not here or may not be believed. */
  find(digest: string): Record | null {
    const record = this.#byDigest.get(digest)
    if (record === undefined || !this.#holdsLease()) return null
    return record
  }

  /** Call before reading a record from the database, and give the mark to `keep`. */
  beginRead(): ReadMark {
    return { generation: this.#generation }
  }

  /** Whether nothing at all was forgotten since the mark: then a read that began at it may be shared. */
  isUndisturbed({ generation }: ReadMark): boolean {
    return generation === this.#generation
  }

  /** Whether what was read since the mark, or that there is nothing, was not forgotten meanwhile. */
  isCurrent({ generation }: ReadMark, record: Record | null): boolean {
    if (this.#allForgottenAt > generation) return false
    if (record === null) return true
    const forgottenAt = (name: string): number => this.#forgottenAt.get(name) ?? 0
    return forgottenAt(record.keyId) <= generation && forgottenAt(record.accountId) <= generation
  }

  /** Keeps what was read since the mark, unless it was forgotten meanwhile. */
  keep(mark: ReadMark, digest: string, record: Record): boolean {
    if (!this.isCurrent(mark, record) || !this.#holdsLease()) return false
    this.#drop(digest)
    if (this.#byDigest.size >= this.#capacity) this.#dropOldest()
    this.#byDigest.set(digest, record)
    within(this.#digestsByKey, record.keyId).add(digest)
    within(this.#keysByAccount, record.accountId).add(record.keyId)
    return true
  }

  /** Forgets every digest of a key. */
  forgetKey(keyId: string): void {
    this.#noteForgotten(keyId)
    for (const digest of [...(this.#digestsByKey.get(keyId) ?? [])]) this.#drop(digest)
  }

  /** Forgets every key of an account. */
  forgetAccount(accountId: string): void {
    this.#noteForgotten(accountId)
    for (const keyId of [...(this.#keysByAccount.get(accountId) ?? [])])
      for (const digest of [...(this.#digestsByKey.get(keyId) ?? [])]) this.#drop(digest)
  }

  /** Forgets everything, as when it is unknown what has changed. */
  forgetAll(): void {
    this.#noteAllForgotten()
    this.#byDigest.clear()
    this.#digestsByKey.clear()
    this.#keysByAccount.clear()
  }

  #noteForgotten(name: string): void {
    if (this.#forgottenAt.size >= FORGOTTEN_NAMES_MAX) this.#noteAllForgotten()
    this.#forgottenAt.set(name, ++this.#generation)
  }

  #noteAllForgotten(): void {
    this.#forgottenAt.clear()
    this.#allForgottenAt = ++this.#generation
  }

  #dropOldest(): void {
    const oldest = this.#byDigest.keys().next()
    if (!oldest.done) this.#drop(oldest.value)
  }

  #drop(digest: string): void {
    const record = this.#byDigest.get(digest)
    if (record === undefined) return
    this.#byDigest.delete(digest)
    if (without(this.#digestsByKey, record.keyId, digest))
      without(this.#keysByAccount, record.accountId, record.keyId)
  }
}

function within(sets: Map<string, Set<string>>, name: string): Set<string> {
  const existing = sets.get(name)
  if (existing !== undefined) return existing
  const created = new Set<string>()
  sets.set(name, created)
  return created
}

/** Takes a member out of a named set; true when the set is gone with it. */
function without(sets: Map<string, Set<string>>, name: string, member: string): boolean {
  const set = sets.get(name)
  set?.delete(member)
  if (set === undefined || set.size > 0) return false
  return sets.delete(name)
}
