import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { print, withData } from './context.ts'

type CreateOptions = { email: string; name: string; plan?: string; passwordStdin?: boolean; json?: boolean }

export const accountCommand = (): Command =>
  new Command('account')
    .description('make accounts')
    .addCommand(
      new Command('create')
        .description('make an account and its owner; the first one is the operator, on the enterprise plan')
        .requiredOption('--email <address>', "the owner's e-mail address")
        .requiredOption('--name <name>', 'name of the account')
        .option('--plan <plan>', 'free, starter, business or enterprise (default: KUGELAUDIO_DEFAULT_PLAN)')
        .option('--password-stdin', "read the owner's password from standard input (15 to 256 characters)")
        .option('--json', 'print one JSON value')
        .addHelpText(
          'after',
          '\nExample:\n  kugelaudio-server account create --email ada@example.com --name Ada',
        )
        .action(create),
    )

async function create(options: CreateOptions): Promise<void> {
  const password = options.passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : null
  const account = await withData(({ accounts }) =>
    accounts.create({ email: options.email, name: options.name, plan: options.plan ?? null, password }),
  )
  print(
    options.json,
    account,
    `Account ${account.account_id} for ${account.email}, plan ${account.plan}.\n` +
      `Next: kugelaudio-server key create --account ${account.email} --name "My first key"`,
  )
}
