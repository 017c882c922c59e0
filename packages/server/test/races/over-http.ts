import assert from 'node:assert/strict'
import type { KeyWithSecret } from '@kugelaudio/contract'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { startServer } from '../harness/test-server.ts'
import { type Racer, raceForAll } from './race.ts'

/** A race for keys that come over HTTP: `over-http.ts REVOKER COUNT`. Prints the tally as JSON. */
const [by, count] = process.argv.slice(2)
const server = await startServer({
  environment: { KUGELAUDIO_LOG_LEVEL: 'silent', KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1/32' },
})
const keys: KeyWithSecret[] = []
for (let at = 0; at < Number(count); at++) keys.push(await server.createKey())
const { keys: revoking } = by === 'another process' ? server.operator : server.serving

const tally = await raceForAll(keys.map(racerOf))
process.stdout.write(`${JSON.stringify(tally)}\n`)
await server.stop()

function racerOf({ id, key }: KeyWithSecret, index: number): Racer {
  // Each from a network of its own: who fails often is told to wait.
  const address = `10.${index >> 8}.${index & 255}.1`
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address }
  return {
    async verify() {
      const answer = await fetch(`${server.url}/v1/models`, { headers })
      await answer.arrayBuffer()
      assert.ok(answer.status === 200 || answer.status === 401, `${answer.status}`)
      return answer.status === 200 ? 'accepted' : 'refused'
    },
    revoke: () => revoking.revoke({ accountId: null }, [id], null, OPERATOR),
  }
}
