import type { AuditEvent } from '@kugelaudio/contract'
import { CHAIN_START, type EventMark, hashOf } from '../store/audit-log.ts'

/** What is wrong at an event: with itself, or with what should be before it. */
export type ChainProblem = {
  /** Null where a line is no event at all. */
  seq: number | null
  at: string | null
  /** The how-manieth of all events read. */
  place: number
  what:
    | 'unreadable'
    | 'changed'
    | 'missing before'
    | 'missing after'
    | 'out of order'
    | 'not linked'
    | 'of another account'
}

/** What reading a whole chain showed. */
export type ChainVerdict = {
  intact: boolean
  events: number
  /** Hash of the last event: keep it elsewhere, and a later look shows whether the end was cut off meanwhile. */
  head: string
  /** Whether the head that was asked for is in the chain; null when none was. */
  headFound: boolean | null
  /** Up to here everything is as it was written; null when nothing is. */
  intactUntil: { seq: number; at: string } | null
  problems: ChainProblem[]
  problemsTotal: number
}

/** Nobody reads more; the first one says since when. */
const PROBLEMS_NAMED_MAX = 100

type Wish = {
  /** Verifies the events of this account alone, as its export holds them; null: all of the server. */
  accountId: string | null
  /** Hash of an event that must be there. */
  head: string | null
  /** The event that the log has to reach, where its reader knows. */
  end?: EventMark | null
}

/** Reads events in order, null for what is no event, and says whether all are there as they were written. */
export async function verifyChain(
  events: AsyncIterable<AuditEvent | null>,
  { accountId, head, end = null }: Wish,
): Promise<ChainVerdict> {
  const links = accountId === null ? new ServerLinks() : new AccountLinks(accountId)
  const problems: ChainProblem[] = []
  let problemsTotal = 0
  let place = 0
  let newest = CHAIN_START
  let headFound = head === null ? null : head === CHAIN_START
  let intactUntil: ChainVerdict['intactUntil'] = null
  let last: AuditEvent | null = null
  const note = (what: ChainProblem['what'], event: AuditEvent | null): void => {
    problemsTotal++
    if (problems.length < PROBLEMS_NAMED_MAX)
      problems.push({ seq: event?.seq ?? null, at: event?.at ?? null, place, what })
  }
  for await (const event of events) {
    place++
    const what = event === null ? 'unreadable' : (changed(event, end) ?? links.problemBefore(event))
    if (event !== null) {
      links.take(event, what !== null)
      newest = event.hash
      last = event
      if (event.hash === head && what !== 'changed') headFound = true
    }
    if (what !== null) note(what, event)
    else if (problemsTotal === 0 && event !== null) intactUntil = { seq: event.seq, at: event.at }
  }
  if (end !== null && end.seq > (last?.seq ?? 0)) note('missing after', last)
  const intact = problemsTotal === 0 && headFound !== false
  return { intact, events: place, head: newest, headFound, intactUntil, problems, problemsTotal }
}

type Problem = ChainProblem['what'] | null

/** How an event is tied to those before it. */
type Links = {
  problemBefore(event: AuditEvent): Problem
  take(event: AuditEvent, isBroken: boolean): void
}

/** Every event follows the one before it, on the server and in its account. */
class ServerLinks implements Links {
  #last: AuditEvent | null = null
  readonly #byAccount = new Map<string | null, AuditEvent>()
  /** After a break nothing is known of the accounts that have not been seen since. */
  #isWhole = true

  problemBefore(event: AuditEvent): Problem {
    const due = (this.#last?.seq ?? 0) + 1
    if (event.seq > due) return 'missing before'
    if (event.seq < due) return 'out of order'
    if (!follows(event.previous, this.#last)) return 'not linked'
    const before = this.#byAccount.get(event.account_id) ?? null
    if (before === null && !this.#isWhole) return null
    return follows(event.account_previous, before) ? null : 'not linked'
  }

  take(event: AuditEvent, isBroken: boolean): void {
    if (isBroken) {
      this.#byAccount.clear()
      this.#isWhole = false
    }
    this.#byAccount.set(event.account_id, event)
    this.#last = event
  }
}

/** Every event of one account follows the one before it there. */
class AccountLinks implements Links {
  readonly #accountId: string
  #last: AuditEvent | null = null

  constructor(accountId: string) {
    this.#accountId = accountId
  }

  problemBefore(event: AuditEvent): Problem {
    if (event.account_id !== this.#accountId) return 'of another account'
    if (event.seq <= (this.#last?.seq ?? 0)) return 'out of order'
    return follows(event.account_previous, this.#last) ? null : 'missing before'
  }

  take(event: AuditEvent): void {
    if (event.account_id === this.#accountId) this.#last = event
  }
}

const changed = (event: AuditEvent, end: EventMark | null): Problem =>
  rehashed(event) !== event.hash || (event.seq === end?.seq && event.hash !== end.hash) ? 'changed' : null

/** Whoever changed only the hash of an event has not broken the link of the next one to what it says. */
const follows = (link: string, before: AuditEvent | null): boolean =>
  before === null ? link === CHAIN_START : link === before.hash || link === rehashed(before)

function rehashed({ hash: _, ...event }: AuditEvent): string | null {
  try {
    return hashOf(event)
  } catch {
    // A value that was written into the database by hand and is no JSON.
    return null
  }
}
