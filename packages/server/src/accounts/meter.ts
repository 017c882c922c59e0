import type { Grant } from '../auth/grants.ts'
import type { Chore } from '../background.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import type { Database, Query } from '../store/database.ts'
import {
  addSpent,
  countOtherStreams,
  dayQuota,
  deleteTurn,
  extendTurn,
  giveBackQuota,
  insertTurn,
  type MeteredTurn,
  monthQuota,
  type Spent,
  takeQuotas,
  takeTurns,
} from '../store/usage.ts'
import { hourOf, type ReachedLimit } from './limit-notices.ts'
import type { Plans } from './plans.ts'
import { type OpenStreams, type StreamLimit, tooMany } from './streams.ts'

/** A dead node is known to be dead for a minute before what it has left is counted. */
const RECOVERED_EVERY_MS = 60_000

/** What one turn takes of its account's and its key's limits. */
export type Meter = {
  /**
   * Makes sure that so many characters of text, of the turn in all, are reserved. Throws `RATE_LIMITED` where that is too
   * much for a request or for the key's day, `INSUFFICIENT_CREDITS` where it is for the account's month; then nothing
   * more is reserved than before.
   */
  reserve(characters: number): Promise<void>
  /** Gives the place back at once; resolves when what was spent is written down. Only the first call counts. */
  settle(spent: Spent): Promise<void>
}

/** Takes a turn's place among the streams. `sever` is called when it is taken away. Throws `RATE_LIMITED`. */
export type OpenMeter = (
  grant: Grant,
  spokenWith: { modelId: string; voice: { handle: string } },
  sever: (reason: Failure) => void,
) => Meter

/** For turns that are nobody's: the operator's own. */
export const unmetered: OpenMeter = () => ({ reserve: async () => {}, settle: async () => {} })

/** Usage, reserved before and settled after each turn. */
export type Metering = {
  open: OpenMeter
  /**
   * Counts what nodes that died have left: their turns as spoken whole, for nobody can say how much of them was heard.
   * Call it once this one is known to be alive.
   */
  recover(): Promise<void>
  /** Resolves when every turn that has ended is written down. */
  settled(): Promise<void>
}

type Parts = {
  database: Database
  /** Which of several this one is; null where it has the data to itself. */
  node: string | null
  plans: Plans
  streams: OpenStreams
  /** Hears of limits that refuse somebody. */
  reached: (limit: ReachedLimit) => void
  clock: Clock
  log: Log
}

export function createMetering(parts: Parts): Metering {
  const settling = new Set<Promise<void>>()
  return {
    open(grant, { modelId, voice }, sever) {
      const { accountId, keyId } = grant.principal
      const full = parts.streams.fullFor(grant)
      if (full !== null) tellOfStreams(parts, grant, full)
      const giveBack = parts.streams.take(grant, sever)
      grant.speaks({ model: modelId, voice: voice.handle })
      const turn = { accountId, keyId, model: modelId, voice: voice.handle, openedAtMs: parts.clock.nowMs() }
      return new TurnMeter(parts, { grant, turn, giveBack, settling })
    },
    async recover() {
      await parts.database.transaction(async (query) => {
        for (const row of await takeTurns(query)) {
          const { account_id: accountId, key_id: keyId, model, voice, opened_at: openedAtMs } = row
          const spent = { characters: row.characters, audioMs: 0, errors: 1, firstAudioMs: null }
          await addSpent(query, { accountId, keyId, model, voice, openedAtMs }, spent)
        }
      })
    },
    async settled() {
      while (settling.size > 0) await Promise.all(settling)
    },
  }
}

function tellOfStreams({ reached, clock }: Parts, { principal }: Grant, { limit, max }: StreamLimit): void {
  const atMs = clock.nowMs()
  const keyId = limit === 'key' ? principal.keyId : null
  const { accountId } = principal
  reached({ accountId, keyId, limit: 'concurrent_streams', max, period: hourOf(atMs), atMs })
}

/** Where several nodes speak, the others count what one of them has left. */
export const recoveryChore = (metering: Pick<Metering, 'recover'>): Chore => ({
  name: 'turns of nodes that died',
  everyMs: RECOVERED_EVERY_MS,
  async round() {
    await metering.recover()
    return false
  },
})

type Metered = { grant: Grant; turn: MeteredTurn; giveBack: () => void; settling: Set<Promise<void>> }

class TurnMeter implements Meter {
  readonly #parts: Parts
  readonly #metered: Metered
  #reserved = 0
  /** Null while nothing is reserved. */
  #turnId: number | null = null
  /** One statement after the other, so that nothing is settled before it is reserved. */
  #working: Promise<unknown> = Promise.resolve()
  #settled: Promise<void> | null = null

  constructor(parts: Parts, metered: Metered) {
    this.#parts = parts
    this.#metered = metered
  }

  async reserve(characters: number): Promise<void> {
    if (characters <= this.#reserved || this.#settled !== null) return
    const plan = this.#parts.plans.of(this.#metered.grant.principal.plan)
    if (characters > plan.characters_per_request) {
      throw new Failure('RATE_LIMITED', 'Request exceeds the maximum character limit', {
        cause: 'characters_per_request',
      })
    }
    const reserving = this.#working.then(() => this.#reserve(characters - this.#reserved))
    this.#working = reserving.catch(() => {})
    await reserving
  }

  settle(spent: Spent): Promise<void> {
    this.#metered.giveBack()
    this.#settled ??= this.#settle(spent)
    return this.#settled
  }

  async #reserve(characters: number): Promise<void> {
    const { grant, turn } = this.#metered
    const { plan, limits } = grant.principal
    const { accountId, keyId, openedAtMs } = turn
    const { characters_per_month: ofMonth } = this.#parts.plans.of(plan)
    const ofDay = limits.characters_per_day ?? null
    // A place that was given back here is free everywhere once that is written down.
    if (this.#turnId === null && this.#parts.node !== null) await Promise.all(this.#metered.settling)
    this.#turnId = await this.#parts.database.unsyncedTransaction(async (query) => {
      // Whatever is thrown here takes all of it back.
      const quotas = [
        { ...monthQuota(accountId, openedAtMs), limit: ofMonth },
        { ...dayQuota(keyId, openedAtMs), limit: ofDay },
      ] as const
      const taken = await takeQuotas(query, quotas, characters)
      if (!taken.includes(accountId)) {
        this.#tell('characters_per_month', null, ofMonth, quotas[0].period)
        throw monthUsedUp(ofMonth)
      }
      if (!taken.includes(keyId)) {
        this.#tell('characters_per_day', keyId, ofDay, quotas[1].period)
        throw dayUsedUp(ofDay, openedAtMs)
      }
      if (this.#turnId === null) return await this.#insert(query, characters)
      await extendTurn(query, this.#turnId, characters)
      return this.#turnId
    })
    this.#reserved += characters
    grant.spoke(characters)
  }

  /** Where other nodes speak too, a turn takes its place among theirs as it is written down. */
  async #insert(query: Query, characters: number): Promise<number> {
    const { grant, turn } = this.#metered
    const { node, streams } = this.#parts
    if (node === null) return await insertTurn(query, turn, characters, null)
    const on = { node, stream: `${node} ${streams.idOf(grant)}` }
    const full = streams.fullBeside(grant, await countOtherStreams(query, { ...turn, ...on }))
    if (full !== null) {
      tellOfStreams(this.#parts, grant, full)
      throw tooMany(full)
    }
    return await insertTurn(query, turn, characters, on)
  }

  #tell(limit: string, keyId: string | null, max: number | null, period: string): void {
    const { accountId } = this.#metered.turn
    if (max === null) return
    this.#parts.reached({ accountId, keyId, limit, max, period, atMs: this.#parts.clock.nowMs() })
  }

  async #settle(spent: Spent): Promise<void> {
    const { settling, turn } = this.#metered
    const written = this.#working
      .then(() => this.#write(spent))
      .catch((error: unknown) => {
        // The row of the open turn stays: the next start counts it.
        this.#parts.log.error({ err: error, account_id: turn.accountId }, 'usage not settled')
      })
    settling.add(written)
    await written
    settling.delete(written)
  }

  async #write(spent: Spent): Promise<void> {
    const { turn } = this.#metered
    const id = this.#turnId
    if (id === null) return
    // Blanks at the end that no passage needed were never reserved, and are not counted.
    const characters = Math.min(spent.characters, this.#reserved)
    const unspent = this.#reserved - characters
    await this.#parts.database.unsyncedTransaction(async (query) => {
      // Whoever took this node for dead has counted it whole.
      if (!(await deleteTurn(query, id))) return
      await addSpent(query, turn, { ...spent, characters })
      if (unspent === 0) return
      await giveBackQuota(query, monthQuota(turn.accountId, turn.openedAtMs), unspent)
      await giveBackQuota(query, dayQuota(turn.keyId, turn.openedAtMs), unspent)
    })
  }
}

const monthUsedUp = (limit: number | null): Failure =>
  new Failure('INSUFFICIENT_CREDITS', `Insufficient credits: the plan has ${limit} characters a month`, {
    cause: 'characters_per_month',
  })

const DAY_MS = 86_400_000

/** Days end at midnight UTC. */
const dayUsedUp = (limit: number | null, atMs: number): Failure =>
  new Failure('RATE_LIMITED', `Rate limit exceeded: ${limit} characters a day (key)`, {
    retryAfterS: Math.ceil((DAY_MS - (atMs % DAY_MS)) / 1_000),
    cause: 'characters_per_day',
  })
