import { USAGE_COLUMNS, USAGE_GROUPS, UsageQuery, type UsageReport } from '@kugelaudio/contract'
import { Command, Option } from 'commander'
import { usageCsv } from '../accounts/usage-csv.ts'
import { parseBy } from '../parse.ts'
import { print, withData } from './context.ts'

type Options = {
  account?: string
  key?: string
  from?: string
  to?: string
  groupBy?: string
  csv?: boolean
  json?: boolean
}

export const usageCommand = (): Command =>
  new Command('usage')
    .description('what was spoken: requests, characters, seconds of audio and errors, by day or hour (UTC)')
    .option('--account <account>', "only this account's (id or e-mail address); else by account")
    .option('--key <id>', 'only what this key has used')
    .option(
      '--from <day>',
      'first day, as 2030-01-31, or by hour also an hour, as 2030-01-31T13:00Z (default: the first of the month)',
    )
    .option('--to <day>', 'last day or hour (default: today)')
    .option('--group-by <groups>', `any of ${USAGE_GROUPS.join(', ')}, separated by commas`, 'day')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      '\nExample:\n  kugelaudio-server usage --account ada@example.com --group-by day,key --csv',
    )
    .action(usage)

async function usage(options: Options): Promise<void> {
  const { group_by: groups, ...query } = parseBy(UsageQuery, {
    from: options.from,
    to: options.to,
    group_by: options.groupBy,
    key_id: options.key,
  })
  const report = await withData(async ({ accounts, report }) => {
    const accountId = options.account === undefined ? null : (await accounts.get(options.account)).id
    const { from = null, to = null, key_id: keyId = null } = query
    return await report({ accountId, keyId, from, to, groups })
  })
  const names = [
    ...(options.account === undefined ? (['account_id'] as const) : []),
    ...groups.flatMap((group) => USAGE_COLUMNS[group]),
  ]
  if (options.csv) process.stdout.write(usageCsv(report, names))
  else print(options.json, report, table(report, names))
}

function table(report: UsageReport, names: readonly (keyof UsageReport['series'][number])[]): string {
  const { totals } = report
  const lines = report.series.map((row) => [...names.map((name) => String(row[name])), sums(row)].join('  '))
  return [...lines, `${report.from} to ${report.to}: ${sums(totals)}`].join('\n')
}

const sums = ({ requests, characters, audio_seconds, errors }: UsageReport['totals']): string =>
  `${requests} requests, ${characters} characters, ${audio_seconds} s, ${errors} errors`
