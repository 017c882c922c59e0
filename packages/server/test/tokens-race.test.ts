import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { NewToken } from '@kugelaudio/contract'
import type { Grant } from '../src/auth/grants.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import { openKeyNode, tryGrant } from './harness/key-node.ts'

type Node = Awaited<ReturnType<typeof openKeyNode>>
let opened: Node
before(async () => {
  // What is read of a token comes back when others have read it too.
  opened = await openKeyNode(() => turn())
})
after(() => opened.close())

/** A key, and a token of it. */
async function mint(wish: object): Promise<{ keyId: string; token: string }> {
  const { node, command, accountId } = opened
  const { id, key } = await command.create(accountId, { name: 'raced' }, OPERATOR)
  const grant = await tryGrant(node, key)
  assert.ok(grant !== null)
  const { token } = await node.tokens.create(grant.principal, NewToken.parse(wish), OPERATOR)
  grant.release()
  return { keyId: id, token }
}

test('of a hundred uses of a single-use token that have all found it unspent exactly one wins', async () => {
  const { node } = opened
  for (let round = 0; round < 5; round++) {
    const { token } = await mint({})
    const grants = await Promise.all(Array.from({ length: 100 }, () => tryGrant(node, token)))
    const won = grants.filter((grant) => grant !== null)
    assert.equal(won.length, 1)
    assert.equal(node.grants.size, 1, 'who loses holds nothing')
    won[0]?.release()
  }
})

for (const single_use of [true, false]) {
  test(`a token whose key is revoked while it is presented opens nothing that lasts (single_use ${single_use})`, async () => {
    const { node } = opened
    for (let round = 0; round < 200; round++) {
      const { keyId, token } = await mint({ single_use })
      const grants: Promise<Grant | null>[] = []
      const revoked = turn().then(() => node.keys.revoke({ accountId: null }, [keyId], null, OPERATOR))
      for (let use = 0; use < 8; use++) {
        grants.push(tryGrant(node, token))
        if (round % 3 === use % 3) await turn()
      }
      await revoked
      for (const grant of await Promise.all(grants)) assert.ok(grant === null || grant.signal.aborted)
      assert.equal(await tryGrant(node, token), null)
      assert.equal(node.grants.size, 0)
    }
  })
}
