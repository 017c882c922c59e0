import {
  ENVIRONMENTS,
  type Environment,
  KEY_STATES,
  type Key,
  type KeyState,
  NewKey,
  type Receipt,
  SCOPES,
} from '@kugelaudio/contract'
import { Command, Option } from 'commander'
import { parseBy } from '../parse.ts'
import { OPERATOR } from '../store/audit-log.ts'
import { print, withData } from './context.ts'
import { durationMs } from './duration.ts'
import { keyImportCommand } from './key-import.ts'

type CreateOptions = {
  account: string
  name: string
  environment: Environment
  scopes?: string
  expiresIn?: string
  allowIp?: string[]
  json?: boolean
}

/** The operator may act on every account's keys. */
const ANYONE = { accountId: null }

export const keyCommand = (): Command =>
  new Command('key')
    .description('make, list, rotate and revoke API keys; a running server knows at once')
    .addCommand(
      new Command('create')
        .description('make a key and print it, this once')
        .requiredOption('--account <account>', "the account's id, or its owner's e-mail address")
        .requiredOption('--name <name>', 'what the key is for (1 to 100 characters)')
        .addOption(environmentOption().default('production'))
        .option(
          '--scopes <scopes>',
          `what it may do, separated by commas: ${SCOPES.join(', ')} (default: all but keys:manage)`,
        )
        .option('--expires-in <time>', 'when it ends by itself, as 90d, 12h or 30m (default: never)')
        .option('--allow-ip <cidr...>', 'addresses it may be used from (default: any)')
        .option('--json', 'print one JSON value')
        .addHelpText(
          'after',
          '\nExample:\n  kugelaudio-server key create --account ada@example.com --name "Production server"',
        )
        .action(create),
    )
    .addCommand(
      new Command('list')
        .description('list keys, newest first; never their secrets')
        .option('--account <account>', "only this account's (id or e-mail address)")
        .addOption(new Option('--state <state>', 'only these').choices(KEY_STATES))
        .addOption(environmentOption())
        .option('--search <text>', 'only those with this in their name or hint')
        .option('--json', 'print one JSON value')
        .action(list),
    )
    .addCommand(keyImportCommand())
    .addCommand(
      new Command('rotate')
        .description('give a key a new secret and print it, this once; the old one works on for a while')
        .argument('<id>', 'the id of the key (key_…)')
        .option('--overlap <time>', 'how long the old secret works on, as 24h, 10m or 0s', '24h')
        .option('--json', 'print one JSON value')
        .action(rotate),
    )
    .addCommand(
      new Command('revoke')
        .description('end keys everywhere, running streams included; prints the receipts when it is done')
        .argument('<id...>', 'ids of keys (key_…)')
        .option('--reason <text>', 'kept with the key')
        .option('--json', 'print one JSON value: the receipt, or an array of them')
        .action(revoke),
    )

const environmentOption = (): Option =>
  new Option('--environment <environment>', 'where it is used').choices(ENVIRONMENTS)

async function create(options: CreateOptions): Promise<void> {
  const lifetimeMs = options.expiresIn === undefined ? null : durationMs('expires-in', options.expiresIn)
  const created = await withData(async ({ accounts, keys, clock }) => {
    const wanted = parseBy(NewKey, {
      name: options.name,
      environment: options.environment,
      scopes: options.scopes?.split(',').map((scope) => scope.trim()),
      expires_at: lifetimeMs === null ? null : new Date(clock.nowMs() + lifetimeMs).toISOString(),
      allowed_ips: options.allowIp,
    })
    return await keys.create((await accounts.get(options.account)).id, wanted, OPERATOR)
  })
  print(
    options.json,
    created,
    `${created.key}\n\nThis is the only time the key is shown. Its id is ${created.id}.`,
  )
}

type ListOptions = {
  account?: string
  state?: KeyState
  environment?: Environment
  search?: string
  json?: boolean
}

async function list(options: ListOptions): Promise<void> {
  const found = await withData(async ({ accounts, keys }) =>
    keys.list({
      accountId: options.account === undefined ? null : (await accounts.get(options.account)).id,
      state: options.state ?? null,
      environment: options.environment ?? null,
      text: options.search ?? null,
      limit: Number.MAX_SAFE_INTEGER,
      offset: 0,
    }),
  )
  print(options.json, found, found.total === 0 ? 'No keys.' : found.keys.map(line).join('\n'))
}

async function rotate(id: string, options: { overlap: string; json?: boolean }): Promise<void> {
  const overlapSeconds = Math.ceil(durationMs('overlap', options.overlap) / 1000)
  const rotated = await withData(({ keys }) =>
    keys.rotate(ANYONE, id, { overlapSeconds, idempotencyKey: null }, OPERATOR),
  )
  const until = rotated.rotation === null ? 'has ended' : `works until ${rotated.rotation.old_ends_at}`
  print(
    options.json,
    rotated,
    `${rotated.key}\n\nThis is the only time the key is shown. The old secret ${until}.`,
  )
}

async function revoke(ids: string[], options: { reason?: string; json?: boolean }): Promise<void> {
  const revoked = await withData(({ keys }) => keys.revoke(ANYONE, ids, options.reason ?? null, OPERATOR))
  const receipts = revoked.map(({ receipt }) => receipt)
  print(options.json, receipts.length === 1 ? receipts[0] : receipts, receipts.map(settled).join('\n'))
}

/** A receipt for a person. */
export function settled(receipt: Receipt): string {
  const nodes = receipt.nodes.map(({ node, settled: how, ms }) => `  ${node}: ${how} after ${ms} ms`)
  const where = nodes.length === 0 ? '  no server is running' : nodes.join('\n')
  const what = receipt.change.replace('.', ' ').replace('_', ' ')
  return `${receipt.key_id ?? receipt.account_id}: ${what}. Epoch ${receipt.epoch}, ${receipt.streams_severed} streams ended.\n${where}`
}

const line = (key: Key): string =>
  [
    key.id,
    key.hint,
    key.state.padEnd(8),
    key.environment.padEnd(11),
    lastUsed(key).padEnd(16),
    key.name,
  ].join('  ')

/** To the minute: it is at most a minute late. */
const lastUsed = ({ last_used: used }: Key): string =>
  used === null ? 'never used' : used.at.slice(0, 16).replace('T', ' ')
