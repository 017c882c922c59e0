import { Command } from 'commander'
import { moveToPostgres } from '../compose/move.ts'
import { realWorld } from '../compose/world.ts'
import { readConfig } from '../config.ts'
import { Failure } from '../failure.ts'
import { print } from './context.ts'
import { Outcome } from './outcome.ts'

/** Rows, for people who wait. */
const TOLD_EVERY = 10_000

type Options = { to?: string; json?: boolean }

export const moveCommand = (): Command =>
  new Command('move')
    .description(
      'copy the embedded database into an empty PostgreSQL database, all of it or nothing, and compare every row',
    )
    .option('--to <url>', 'postgres://user:password@host/name; KUGELAUDIO_DATABASE_URL when left out')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      '\nOther users of this machine see the words of a command: KUGELAUDIO_DATABASE_URL_FILE keeps the password from them.' +
        '\nRecordings of voices stay in the data folder, and so does the secret: start with KUGELAUDIO_SECRET_FILE naming it.',
    )
    .action(move)

async function move(options: Options): Promise<void> {
  const { config } = readConfig(settings(options))
  if (config.databaseUrl === null) throw new Failure('VALIDATION_ERROR', 'to: name the PostgreSQL database')
  const { tables, audit } = await moveToPostgres(config, config.databaseUrl, (table, rows, total) => {
    if (!options.json && (rows === total || rows % TOLD_EVERY === 0))
      process.stderr.write(`${table}: ${rows} of ${total}\n`)
  })
  print(
    options.json,
    { tables, audit },
    [
      ...tables.map(
        ({ table, rows, checksum }) => `${table.padEnd(24)} ${String(rows).padStart(9)}  ${checksum}`,
      ),
      audit.intact
        ? `The audit log is whole: ${audit.events} events.`
        : 'The audit log is not whole: see "audit verify".',
      `Head: ${audit.head}`,
      'All rows are there. Start with KUGELAUDIO_DATABASE_URL and the KUGELAUDIO_SECRET of these data; the embedded database',
      'is left as it is: remove it once that works.',
    ].join('\n'),
  )
  if (!audit.intact) throw new Outcome(1)
}

/** The same as for a server, but that the data are embedded still: the secret may be the one in their folder. */
function settings({ to }: Options): Record<string, string | undefined> {
  const environment = realWorld.environment
  const named =
    to === undefined ? {} : { KUGELAUDIO_DATABASE_URL: to, KUGELAUDIO_DATABASE_URL_FILE: undefined }
  const isSecretKnown = ['KUGELAUDIO_SECRET', 'KUGELAUDIO_SECRET_FILE'].some(
    (name) => environment[name] !== undefined,
  )
  return { ...environment, ...named, ...(isSecretKnown ? {} : { KUGELAUDIO_SECRET: UNUSED_SECRET }) }
}

/** Nothing is signed or sealed by this command. */
const UNUSED_SECRET = 'not used by this command, whatever it is'
