import assert from 'node:assert/strict'
import { SCOPES } from '@kugelaudio/contract'
import type { Grant } from '../../src/auth/grants.ts'
import type { Demand } from '../../src/auth/permissions.ts'
import { Failure } from '../../src/failure.ts'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { MEMORY_FOLDER } from '../harness/memory-folder.ts'
import { Dice } from './dice.ts'
import { KeyLayer } from './key-layer.ts'
import { Model, type ModelKey, type Outcome } from './model.ts'

const ACCOUNTS = 4
const KEYS_MAX = 60
const HELD_MAX = 40
const DAY_MS = 86_400_000
const ACTS = [
  'create',
  'create',
  'create',
  'rotate',
  'rotate',
  'revoke',
  'change',
  'expire',
  'account',
] as const
const ANYONE = { accountId: null }

type Held = { grant: Grant; text: string; demand: Demand }

/** A random walk through the key layer, beside a model of what must hold. */
export class KeyLayerSimulation {
  readonly dice: Dice
  readonly model = new Model()
  readonly accounts: string[] = []
  readonly counts: Record<string, number> = {}
  held: Held[] = []
  nowMs = Date.UTC(2030, 0, 1)
  layer!: KeyLayer

  constructor(seed: number) {
    this.dice = new Dice(seed)
  }

  /** Opens the layer, in a folder in memory. */
  async start(): Promise<void> {
    const clock = { nowMs: () => this.nowMs, monotonicMs: () => performance.now(), after: () => () => {} }
    this.layer = await KeyLayer.open({ clock, randomBytes: (size) => this.dice.bytes(size) }, MEMORY_FOLDER)
    for (let i = 0; i < ACCOUNTS; i++) {
      const wanted = { email: `a${i}@example.com`, name: 'A', plan: null, password: null }
      this.accounts.push((await this.layer.visitor.accounts.create(wanted)).account_id)
    }
  }

  async step(): Promise<void> {
    const roll = this.dice.roll()
    if (roll < 0.93) return await this.verify()
    if (roll < 0.955) return await this.verifyDuring()
    if (roll < 0.99) return await this.mutate()
    if (roll < 0.9995) return this.jump()
    await this.crash()
  }

  /** What was minted, and now and then what was not. */
  text(): string {
    if (this.model.keys.length === 0 || this.dice.chance(0.02)) return `ka_${'0'.repeat(46)}`
    const living = this.model.keys.filter(({ revoked }) => !revoked)
    const keys = living.length > 0 && this.dice.chance(0.8) ? living : this.model.keys
    return this.dice.pick(this.dice.pick(keys).secrets).text
  }

  demand(): Demand {
    return {
      scope: this.dice.chance(0.5) ? null : this.dice.pick(SCOPES),
      address: this.dice.pick(['127.0.0.1', '127.0.0.1', '203.0.113.7']),
    }
  }

  async present(text: string, demand: Demand): Promise<{ outcome: Outcome; grant: Grant | null }> {
    try {
      const grant = await this.layer.node.authenticate({ kind: 'key', text }, demand)
      return { outcome: 'granted', grant }
    } catch (thrown) {
      assert.ok(thrown instanceof Failure)
      assert.ok(thrown.code === 'UNAUTHORIZED' || thrown.code === 'FORBIDDEN', thrown.code)
      return { outcome: thrown.code === 'FORBIDDEN' ? 'forbidden' : 'unauthorized', grant: null }
    }
  }

  async verify(): Promise<void> {
    const [text, demand] = [this.text(), this.demand()]
    const { outcome, grant } = await this.present(text, demand)
    assert.equal(outcome, this.model.expect(text, demand, this.nowMs), 'a verification on its own')
    this.count(outcome)
    if (grant === null) return
    if (this.held.length < HELD_MAX && this.dice.chance(0.2)) this.held.push({ grant, text, demand })
    else grant.release()
  }

  /** A verification that races with a change may come to what held before or to what holds after, and to nothing else. */
  async verifyDuring(): Promise<void> {
    const [text, demand] = [this.text(), this.demand()]
    const itself = this.model.keys.find((key) => key.secrets.some((secret) => secret.text === text))
    // What has just changed is not in memory: then the race is with a read.
    if (itself !== undefined && this.dice.chance(0.5)) await this.mutate(itself)
    const before = this.model.expect(text, demand, this.nowMs)
    const racing = Array.from({ length: 3 }, () => this.present(text, demand))
    const changing = this.mutate(this.dice.chance(0.7) ? itself : undefined)
    const raced = await Promise.all(racing)
    await changing
    const after = this.model.expect(text, demand, this.nowMs)
    for (const { outcome, grant } of raced) {
      assert.ok(outcome === before || outcome === after, `raced to ${outcome}, was ${before}, is ${after}`)
      if (grant === null) continue
      assert.equal(await this.mayGoOn(grant), after === 'granted', 'whether what a race opened may go on')
      grant.release()
    }
    this.count('raced')
  }

  async mutate(wanted?: ModelKey): Promise<void> {
    const { node, visitor, silent } = this.layer
    const by = this.dice.pick([node.keys, node.keys, visitor.keys, silent])
    const living = this.model.keys.filter((key) => !key.revoked && (wanted === undefined || key === wanted))
    const act = this.dice.pick(ACTS)
    if (act === 'create' || living.length === 0) await this.create(by)
    else if (act === 'account') await this.changeAccount()
    else await this.changeKey(act, this.dice.pick(living), by)
    this.count(act)
    if (by === silent) await this.verify()
    await this.checkHeld()
  }

  async create(by: KeyLayer['visitor']['keys']): Promise<void> {
    if (!this.hasRoom()) return
    const accountId = this.dice.pick(this.accounts)
    const expiresAtMs = this.dice.chance(0.3) ? this.nowMs + 1 + this.dice.below(3 * DAY_MS) : null
    const expires_at = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString()
    const { id, key } = await by.create(accountId, { name: 'k', expires_at }, OPERATOR)
    this.held = this.held.filter(({ text }) =>
      this.model.keys.some((k) => k.secrets.some((s) => s.text === text)),
    )
    this.model.add({ id, accountId, text: key, expiresAtMs })
  }

  /** The model keeps a bounded number of keys: a dead one goes, which stays unauthorized all the same. */
  hasRoom(): boolean {
    if (this.model.keys.length < KEYS_MAX) return true
    const dead = this.model.keys.findIndex(({ revoked }) => revoked)
    if (dead !== -1) this.model.keys.splice(dead, 1)
    return dead !== -1
  }

  async changeKey(
    act: 'rotate' | 'revoke' | 'change' | 'expire',
    key: ModelKey,
    by: KeyLayer['visitor']['keys'],
  ): Promise<void> {
    switch (act) {
      case 'rotate': {
        const overlapSeconds = this.dice.pick([0, 1, 3_600, 86_400])
        const rotated = await by.rotate(ANYONE, key.id, { overlapSeconds, idempotencyKey: null }, OPERATOR)
        return this.model.rotate(key, rotated.key, this.nowMs + overlapSeconds * 1000, this.nowMs)
      }
      case 'revoke': {
        const [revoked] = await by.revoke(ANYONE, [key.id], null, OPERATOR)
        assert.equal(revoked?.receipt.nodes[0]?.settled, by === this.layer.silent ? undefined : 'applied')
        key.revoked = true
        return
      }
      case 'change': {
        const scopes = SCOPES.filter(() => this.dice.chance(0.6))
        const onlyLoopback = this.dice.chance(0.3)
        const allowed_ips = onlyLoopback ? ['127.0.0.0/8'] : null
        const chosen = scopes.length === 0 ? [...SCOPES] : scopes
        await by.change(ANYONE, key.id, { scopes: chosen, allowed_ips }, OPERATOR)
        key.scopes = chosen
        key.onlyLoopback = onlyLoopback
        return
      }
      case 'expire': {
        const expiresAtMs = this.nowMs + 1 + this.dice.below(2 * DAY_MS)
        await by.change(ANYONE, key.id, { expires_at: new Date(expiresAtMs).toISOString() }, OPERATOR)
        key.expiresAtMs = expiresAtMs
      }
    }
  }

  async changeAccount(): Promise<void> {
    const accountId = this.dice.pick(this.accounts)
    const { accounts } = this.layer.visitor
    if (this.model.suspended.has(accountId)) {
      await accounts.resume(accountId, OPERATOR)
      this.model.suspended.delete(accountId)
    } else if (this.dice.chance(0.7)) {
      await accounts.changePlan(accountId, this.dice.pick(['business', 'enterprise']), OPERATOR)
    } else {
      await accounts.suspend(accountId, null, OPERATOR)
      this.model.suspended.add(accountId)
    }
  }

  /** What is open and confirmed after a change is exactly what may go on. */
  async checkHeld(): Promise<void> {
    const kept: Held[] = []
    for (const held of this.held) {
      const may = this.model.expect(held.text, held.demand, this.nowMs) === 'granted'
      assert.equal(await this.mayGoOn(held.grant), may, 'whether an open grant may go on')
      if (may) kept.push(held)
      else held.grant.release()
    }
    this.held = kept
  }

  async mayGoOn(grant: Grant): Promise<boolean> {
    try {
      await this.layer.confirm(grant)
      return true
    } catch (thrown) {
      assert.ok(thrown instanceof Failure)
      assert.equal(grant.signal.aborted, true)
      return false
    }
  }

  /** Clocks are set right and wrong. */
  jump(): void {
    this.nowMs += this.dice.chance(0.9) ? this.dice.below(DAY_MS / 4) : -this.dice.below(DAY_MS / 24)
    this.count('jump')
  }

  async crash(): Promise<void> {
    this.held = []
    await this.layer.crash()
    this.count('crash')
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
  }
}
