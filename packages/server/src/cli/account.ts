import { text } from 'node:stream/consumers'
import type { Receipt } from '@kugelaudio/contract'
import { Command } from 'commander'
import type { Accounts } from '../accounts/accounts.ts'
import { OPERATOR } from '../store/audit-log.ts'
import { print, withData } from './context.ts'
import { settled } from './key.ts'

type CreateOptions = { email: string; name: string; plan?: string; passwordStdin?: boolean; json?: boolean }

export const accountCommand = (): Command =>
  new Command('account')
    .description('make accounts, change their plans, suspend them')
    .addCommand(
      new Command('create')
        .description('make an account and its owner; the first one is the operator, on the enterprise plan')
        .requiredOption('--email <address>', "the owner's e-mail address")
        .requiredOption('--name <name>', 'name of the account')
        .option('--plan <plan>', 'name of a plan, as free or business (default: KUGELAUDIO_DEFAULT_PLAN)')
        .option('--password-stdin', "read the owner's password from standard input (15 to 256 characters)")
        .option('--json', 'print one JSON value')
        .addHelpText(
          'after',
          '\nExample:\n  kugelaudio-server account create --email ada@example.com --name Ada',
        )
        .action(create),
    )
    .addCommand(
      changing('plan', 'put an account on another plan, at once, in running streams too')
        .argument('<plan>', 'name of the plan')
        .action((account: string, plan: string, options: { json?: boolean }) =>
          change(account, options, (accounts, id) => accounts.changePlan(id, plan, OPERATOR)),
        ),
    )
    .addCommand(
      changing('suspend', 'refuse all keys of an account and end what they are doing')
        .option('--reason <text>', 'kept in the audit log')
        .action((account: string, options: { reason?: string; json?: boolean }) =>
          change(account, options, (accounts, id) => accounts.suspend(id, options.reason ?? null, OPERATOR)),
        ),
    )
    .addCommand(
      new Command('reset-link')
        .description('make a link by which a person chooses a new password; it works once, for a day')
        .argument('<email>', "the person's e-mail address")
        .option('--json', 'print one JSON value')
        .action(resetLink),
    )
    .addCommand(
      changing('resume', 'take a suspension back').action((account: string, options: { json?: boolean }) =>
        change(account, options, (accounts, id) => accounts.resume(id, OPERATOR)),
      ),
    )

const changing = (name: string, description: string): Command =>
  new Command(name)
    .description(`${description}; prints the receipt`)
    .argument('<account>', "the account's id, or its owner's e-mail address")
    .option('--json', 'print one JSON value')

async function change(
  account: string,
  options: { json?: boolean },
  act: (accounts: Accounts, accountId: string) => Promise<Receipt>,
): Promise<void> {
  const receipt = await withData(async ({ accounts }) => act(accounts, (await accounts.get(account)).id))
  print(options.json, receipt, settled(receipt))
}

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

async function resetLink(email: string, options: { json?: boolean }): Promise<void> {
  const link = await withData((parts) => parts.resetLink(email))
  print(options.json, link, `${link.url}\nWorks once, until ${link.expires_at}.`)
}
