import assert from 'node:assert/strict'
import { setImmediate as aside } from 'node:timers/promises'
import type { KeyWithSecret } from '@kugelaudio/contract'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { openKeyNode, tryGrant } from '../harness/key-node.ts'
import { type Racer, raceForAll } from './race.ts'

/** A race for keys whose verification is called in this process: `direct.ts REVOKER COUNT`. Prints the tally as JSON. */
const [by, count] = process.argv.slice(2)
let turn = 0
// Every third read comes back late: up to as late as it takes a command's change to be applied.
const { node, command, accountId, close } = await openKeyNode(async () => {
  for (let ticks = turn++ % 3 === 0 ? turn % 13 : 0; ticks > 0; ticks--) await aside()
})
const keys: KeyWithSecret[] = []
for (let at = 0; at < Number(count); at++)
  keys.push(await command.create(accountId, { name: `${at}` }, OPERATOR))
const revoking = by === 'another process' ? command : node.keys

const tally = await raceForAll(keys.map(racerOf))
assert.equal(node.grants.size, 0)
process.stdout.write(`${JSON.stringify(tally)}\n`)
await close()

function racerOf({ id, key }: KeyWithSecret): Racer {
  let isRevoked = false
  return {
    async verify() {
      const grant = await tryGrant(node, key)
      if (grant === null) return 'refused'
      // Something is done with it, which the revocation may find in the middle.
      await aside()
      const isLingering = isRevoked && !grant.signal.aborted
      grant.release()
      return isLingering ? 'lingering' : 'accepted'
    },
    async revoke() {
      const [revoked] = await revoking.revoke({ accountId: null }, [id], null, OPERATOR)
      isRevoked = true
      assert.equal(revoked?.receipt.nodes[0]?.settled, 'applied')
    },
  }
}
