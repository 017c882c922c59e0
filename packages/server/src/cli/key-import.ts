import { open } from 'node:fs/promises'
import { ImportedKey, KEYS_PER_IMPORT_MAX, KeyImport } from '@kugelaudio/contract'
import { Command } from 'commander'
import { Failure } from '../failure.ts'
import { parseBy, parseJson } from '../parse.ts'
import { OPERATOR } from '../store/audit-log.ts'
import { print, withData } from './context.ts'

type Options = { account: string; file: string; prefix?: string[]; fromLine: string; json?: boolean }

export const keyImportCommand = (): Command =>
  new Command('import')
    .description('bring in keys that were made elsewhere; a thousand lines at a time, each all or none')
    .requiredOption('--account <account>', "the account's id, or its owner's e-mail address")
    .requiredOption(
      '--file <file>',
      'JSON lines: {"sha256": …} or {"key": …}, with "name" and what else a key may have',
    )
    .option('--prefix <prefix...>', 'what the texts of the keys begin with, unless they look like ours')
    .option('--from-line <number>', 'where to go on after a refusal', '1')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      '\nExample:\n  kugelaudio-server key import --account ada@example.com --file keys.jsonl --prefix sk_',
    )
    .action(importKeys)

async function importKeys(options: Options): Promise<void> {
  const { prefixes } = parseBy(KeyImport.pick({ prefixes: true }), { prefixes: options.prefix })
  const fromLine = /^[1-9]\d{0,8}$/.test(options.fromLine) ? Number(options.fromLine) : null
  if (fromLine === null) throw new Failure('VALIDATION_ERROR', 'from-line: must be the number of a line')
  // A line that cannot be read is found before anything is brought in.
  let total = 0
  for await (const { keys } of batches(options.file, fromLine)) total += keys.length
  const imported = await withData(async ({ accounts, importKeys }) => {
    const { id: accountId } = await accounts.get(options.account)
    let imported = 0
    for await (const { firstLine, keys } of batches(options.file, fromLine)) {
      try {
        await importKeys(accountId, { keys, prefixes }, OPERATOR)
      } catch (error) {
        throw error instanceof Failure ? atLine(error, firstLine, imported) : error
      }
      imported += keys.length
      process.stderr.write(`${imported} of ${total} keys imported\n`)
    }
    return imported
  })
  print(options.json, { imported }, `Imported ${imported} keys.`)
}

type Batch = { firstLine: number; keys: ImportedKey[] }

/** The lines of a file, as many at a time as one import takes. */
async function* batches(file: string, fromLine: number): AsyncGenerator<Batch, void, undefined> {
  let line = 0
  let batch: Batch = { firstLine: fromLine, keys: [] }
  for await (const text of (await open(file)).readLines()) {
    line++
    if (line < fromLine) continue
    batch.keys.push(keyOf(text, line))
    if (batch.keys.length < KEYS_PER_IMPORT_MAX) continue
    yield batch
    batch = { firstLine: line + 1, keys: [] }
  }
  if (batch.keys.length > 0) yield batch
}

function keyOf(text: string, line: number): ImportedKey {
  try {
    return parseBy(ImportedKey, parseJson(Buffer.from(text)))
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.code, `line ${line}: ${error.message}`) : error
  }
}

/** Items are named by their lines, and it is said where to go on. */
function atLine({ code, message }: Failure, firstLine: number, imported: number): Failure {
  const named = message.replaceAll(/\bkeys\.(\d+)/g, (_, at: string) => `line ${firstLine + Number(at)}`)
  const goOn =
    imported === 0 ? '' : ` from line ${firstLine} on; mend it and go on with --from-line ${firstLine}`
  return new Failure(code, `${named}${goOn}`)
}
