import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { OPERATOR } from '../src/store/audit-log.ts'
import { openKeyNode, tryGrant } from './harness/key-node.ts'
import { REVOKERS, type Revoker, type Tally } from './races/race.ts'

/** How many keys are raced for: 10,000 in all, most of them where it costs least. */
const KEYS: Record<'direct' | 'over-http', Record<Revoker, number>> = {
  direct: { 'the serving process': 7_000, 'another process': 2_000 },
  'over-http': { 'the serving process': 500, 'another process': 500 },
}
const tallies: Tally[] = []

suite('races', { concurrency: 2 }, () => {
  for (const program of ['direct', 'over-http'] as const) {
    for (const by of REVOKERS) {
      const count = KEYS[program][by]
      const what = program === 'direct' ? 'verifications, however late they read' : 'requests over HTTP'
      test(`none of ${count} revocations by ${by} is outrun by ${what}`, async () => {
        const tally = await run(program, by, count)
        tallies.push(tally)
        assert.equal(tally.revocations, count)
        assert.ok(tally.accepted >= 3 * count && tally.refused >= 3 * count)
        const { tooLate, lingering, resurrected } = tally
        assert.deepEqual({ tooLate, lingering, resurrected }, { tooLate: 0, lingering: 0, resurrected: 0 })
      })
    }
  }
})

after(() => {
  const sum = (name: keyof Tally): number => tallies.reduce((total, tally) => total + tally[name], 0)
  process.stdout.write(
    `${sum('revocations')} revocations raced with ${sum('accepted') + sum('refused')} verifications: ` +
      `${sum('tooLate')} accepted after the revocation had returned, ${sum('lingering')} went on after it, ` +
      `${sum('resurrected')} accepted in the end\n`,
  )
})

/** A race in a process of its own: the test runner follows every promise, which would take most of the time. */
async function run(program: string, by: Revoker, count: number): Promise<Tally> {
  const path = fileURLToPath(new URL(`races/${program}.ts`, import.meta.url))
  const child = spawn(process.execPath, [path, by, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  assert.equal(code, 0)
  return JSON.parse(output)
}

for (const by of REVOKERS) {
  test(`a key that was read before ${by} revoked it is refused when the read comes back after`, async (t) => {
    const isRead = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    let isGated = false
    const { node, command, accountId, close } = await openKeyNode(async () => {
      if (!isGated) return
      isRead.resolve()
      await gate.promise
    })
    t.after(close)
    const { id, key } = await command.create(accountId, { name: 'test' }, OPERATOR)
    isGated = true
    const verification = tryGrant(node, key)
    await isRead.promise
    await (by === 'another process' ? command : node.keys).revoke({ accountId: null }, [id], null, OPERATOR)
    gate.resolve()
    assert.equal(await verification, null)
    assert.equal(await tryGrant(node, key), null)
    assert.equal(node.grants.size, 0)
  })
}
