import { flushCompileCache } from 'node:module'
import { composeCommand } from '../../src/compose/command.ts'
import { realWorld } from '../../src/compose/world.ts'
import { readConfig } from '../../src/config.ts'
import { OPERATOR } from '../../src/store/audit-log.ts'

/**
 * Makes and revokes keys of an account (its first argument) as fast as it can, until it is killed. Says on standard
 * output, in lines written at once, what it is about to revoke and what has been acknowledged to it.
 */
const account = process.argv[2] ?? ''
const { accounts, keys } = await composeCommand(readConfig(realWorld.environment).config, realWorld)
const { id: accountId } = await accounts.get(account)

// The end will be too sudden for it.
flushCompileCache()
// Two at a time, so that transactions wait for each other inside this process too.
await Promise.all([write(), write()])

async function write(): Promise<never> {
  for (;;) {
    const kept = await create()
    const revoked = await create()
    say('revoking', revoked)
    const [ended] = await keys.revoke({ accountId: null }, [revoked], null, OPERATOR)
    say('revoked', revoked, String(ended?.receipt.epoch))
    if (kept === revoked) throw new Error('two keys have one id')
  }
}

async function create(): Promise<string> {
  const { id, key } = await keys.create(accountId, { name: 'crash' }, OPERATOR)
  say('created', id, key)
  return id
}

function say(...words: string[]): void {
  process.stdout.write(`${words.join(' ')}\n`)
}
