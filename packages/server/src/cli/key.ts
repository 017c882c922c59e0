import { ENVIRONMENTS, type Environment, type Key, KeyName } from '@kugelaudio/contract'
import { Command, Option } from 'commander'
import { parseBy } from '../edge/http/body.ts'
import { Failure } from '../failure.ts'
import { OPERATOR, print, withData } from './context.ts'

type CreateOptions = {
  account: string
  name: string
  environment: Environment
  expiresIn?: string
  json?: boolean
}

export const keyCommand = (): Command =>
  new Command('key')
    .description('make, list and revoke API keys; a running server knows at once')
    .addCommand(
      new Command('create')
        .description('make a key and print it, this once')
        .requiredOption('--account <account>', "the account's id, or its owner's e-mail address")
        .requiredOption('--name <name>', 'what the key is for (1 to 100 characters)')
        .addOption(
          new Option('--environment <environment>', 'where it is used')
            .choices(ENVIRONMENTS)
            .default('production'),
        )
        .option('--expires-in <time>', 'when it ends by itself, as 90d, 12h or 30m (default: never)')
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
        .option('--json', 'print one JSON value')
        .action(list),
    )
    .addCommand(
      new Command('revoke')
        .description('end a key everywhere, running streams included; prints the receipt when it is done')
        .argument('<id>', 'the id of the key (key_…)')
        .option('--reason <text>', 'kept with the key')
        .option('--json', 'print one JSON value')
        .action(revoke),
    )

async function create(options: CreateOptions): Promise<void> {
  const name = parseBy(KeyName, options.name)
  const lifetimeMs = options.expiresIn === undefined ? null : durationMs(options.expiresIn)
  const created = await withData(async ({ accounts, keys, clock }) =>
    keys.create({
      accountId: (await accounts.get(options.account)).id,
      name,
      environment: options.environment,
      expiresAtMs: lifetimeMs === null ? null : clock.nowMs() + lifetimeMs,
      by: OPERATOR,
    }),
  )
  print(
    options.json,
    created,
    `${created.key}\n\nThis is the only time the key is shown. Its id is ${created.id}.`,
  )
}

async function list(options: { account?: string; json?: boolean }): Promise<void> {
  const found = await withData(async ({ accounts, keys }) =>
    keys.list(options.account === undefined ? null : (await accounts.get(options.account)).id),
  )
  print(
    options.json,
    { keys: found, total: found.length },
    found.length === 0 ? 'No keys yet.' : found.map(line).join('\n'),
  )
}

async function revoke(id: string, options: { reason?: string; json?: boolean }): Promise<void> {
  const { receipt } = await withData(({ keys }) =>
    keys.revoke({ keyId: id, by: OPERATOR, reason: options.reason ?? null }),
  )
  const nodes = receipt.nodes.map(({ node, settled, ms }) => `  ${node}: ${settled} after ${ms} ms`)
  const where = nodes.length === 0 ? '  no server is running' : nodes.join('\n')
  print(
    options.json,
    receipt,
    `Revoked. Epoch ${receipt.epoch}, ${receipt.streams_severed} streams ended.\n${where}`,
  )
}

const line = (key: Key): string =>
  [key.id, key.hint, key.state.padEnd(8), key.environment.padEnd(11), key.name].join('  ')

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000 } as const

function durationMs(text: string): number {
  const match = /^([1-9]\d{0,4})([dhm])$/.exec(text)
  const unit = match?.[2] as keyof typeof UNIT_MS | undefined
  if (match === null || unit === undefined)
    throw new Failure('VALIDATION_ERROR', 'expires-in: must be a time as 90d, 12h or 30m')
  return Number(match[1]) * UNIT_MS[unit]
}
