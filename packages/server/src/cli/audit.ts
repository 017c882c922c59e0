import { open } from 'node:fs/promises'
import { AuditEvent } from '@kugelaudio/contract'
import { Command } from 'commander'
import { ALL_EVENTS } from '../audit/audit.ts'
import { type ChainProblem, type ChainVerdict, verifyChain } from '../audit/chain.ts'
import { Failure } from '../failure.ts'
import { print, withData } from './context.ts'
import { Outcome } from './outcome.ts'

/** Longest line of an export that is read: an event with all it can hold. */
const LINE_CHARACTERS_MAX = 100_000

type ListOptions = { account?: string; action?: string; target?: string; limit: string; json?: boolean }
type ExportOptions = { account?: string; out?: string; json?: boolean }
type VerifyOptions = { account?: string; head?: string; json?: boolean }

export const auditCommand = (): Command =>
  new Command('audit')
    .description('what was done with keys and accounts, and whether the log of it is whole')
    .addCommand(
      new Command('list')
        .description('list events, newest first')
        .option('--account <account>', "only this account's (id or e-mail address)")
        .option('--action <action>', 'only these, as key.revoked')
        .option('--target <id>', 'only what was done to this key or account')
        .option('--limit <number>', 'how many', '50')
        .option('--json', 'print one JSON value')
        .action(list),
    )
    .addCommand(
      new Command('export')
        .description('write every event as a line of JSON, oldest first; "audit verify" reads it')
        .option('--account <account>', "only this account's (id or e-mail address)")
        .option('-o, --out <file>', 'where to write; standard output when left out')
        .option('--json', 'print one JSON value when the file is written')
        .action(exportEvents),
    )
    .addCommand(
      new Command('verify')
        .description(
          'find events that were changed, removed, moved or added by hand; exit code 1 when there are any',
        )
        .argument('[file]', 'an export; the log of this server when left out')
        .option('--account <id>', 'the file is the export of this account alone')
        .option(
          '--head <hash>',
          'a hash that an earlier look printed, or a receipt holds: it must still be there',
        )
        .option('--json', 'print one JSON value')
        .addHelpText(
          'after',
          '\nThe end of an export may have been cut off, and whoever writes the whole database anew may write a log that\n' +
            'is whole. Keep the head that is printed in another place, and compare it the next time with --head.',
        )
        .action(verify),
    )

async function list(options: ListOptions): Promise<void> {
  const limit = /^\d{1,6}$/.test(options.limit) ? Number(options.limit) : 0
  if (limit === 0) throw new Failure('VALIDATION_ERROR', 'limit: must be a whole number from 1 to 999999')
  const { events } = await withData(async ({ audit, accounts }) =>
    audit.list(
      {
        ...ALL_EVENTS,
        accountId: options.account === undefined ? null : (await accounts.get(options.account)).id,
        action: options.action ?? null,
        target: options.target ?? null,
      },
      { before: null, limit },
    ),
  )
  print(options.json, { events }, events.length === 0 ? 'Nothing has happened.' : events.map(line).join('\n'))
}

const line = ({ seq, at, actor, action, target, address, details }: AuditEvent): string =>
  [`${seq}`.padStart(6), at, actor, action, target ?? '-', address ?? '-', JSON.stringify(details)].join('  ')

async function exportEvents(options: ExportOptions): Promise<void> {
  if (options.json && options.out === undefined)
    throw new Failure('VALIDATION_ERROR', 'out: name a file with -o; what is printed is about it')
  await withData(async ({ audit, accounts }) => {
    const accountId = options.account === undefined ? null : (await accounts.get(options.account)).id
    const lines = audit.export({ ...ALL_EVENTS, accountId })
    if (options.out === undefined) {
      for await (const text of lines) await written(text)
      return
    }
    const file = await open(options.out, 'w', 0o600)
    let events = 0
    try {
      for await (const text of lines) {
        await file.write(text)
        events++
      }
    } finally {
      await file.close()
    }
    if (options.json) print(true, { path: options.out, events }, '')
  })
}

/** Waits for a reader that is slower than we are. */
const written = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve))
}

async function verify(file: string | undefined, options: VerifyOptions): Promise<void> {
  const head = options.head?.toLowerCase() ?? null
  if (head !== null && !/^[0-9a-f]{64}$/.test(head))
    throw new Failure('VALIDATION_ERROR', 'head: must be 64 hexadecimal digits')
  if (file === undefined && options.account !== undefined)
    throw new Failure(
      'VALIDATION_ERROR',
      'account: name the file of its export; the log of the server is read whole',
    )
  const verdict =
    file === undefined
      ? await withData(({ audit }) => audit.verify(head))
      : await verifyChain(eventsOf(file), { accountId: options.account ?? null, head })
  print(options.json, verdict, described(verdict, options.head))
  if (!verdict.intact) throw new Outcome(1)
}

/** The events of an export; null for a line that is none. */
async function* eventsOf(file: string): AsyncGenerator<AuditEvent | null, void, undefined> {
  for await (const text of (await open(file)).readLines())
    yield text.length > LINE_CHARACTERS_MAX ? null : eventOf(text)
}

function eventOf(text: string): AuditEvent | null {
  try {
    return AuditEvent.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const WORDS: Record<ChainProblem['what'], string> = {
  unreadable: 'is no event',
  changed: 'is not as it was written',
  'missing before': 'does not follow the event before it: there was more between them',
  'missing after': 'is not the last one: there was more after it',
  'out of order': 'is not in its place, or is there twice',
  'not linked': 'was not written after the event before it',
  'of another account': 'belongs to another account',
}

function described(verdict: ChainVerdict, head: string | undefined): string {
  const { events, intactUntil, problems, problemsTotal } = verdict
  const until =
    intactUntil === null
      ? 'Nothing before it can be believed.'
      : `Up to event ${intactUntil.seq} (${intactUntil.at}) everything is as it was written.`
  const named = problems.map(({ seq, at, place, what }) =>
    seq === null
      ? place === 0
        ? 'All events are gone.'
        : `Line ${place} ${WORDS[what]}.`
      : `Event ${seq} (${at}) ${WORDS[what]}.`,
  )
  const more = problemsTotal > problems.length ? [`And ${problemsTotal - problems.length} more.`] : []
  const cut =
    verdict.headFound === false ? [`No event has the hash ${head}: the log was cut or written anew.`] : []
  return [
    verdict.intact ? `Whole: ${events} events.` : `Not whole: ${events} events.`,
    ...named,
    ...more,
    ...(problemsTotal > 0 ? [until] : []),
    ...cut,
    `Head: ${verdict.head}`,
  ].join('\n')
}
