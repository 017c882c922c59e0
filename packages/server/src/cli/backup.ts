import { Command } from 'commander'
import { backUp, restoreBackup } from '../compose/backup.ts'
import { realWorld } from '../compose/world.ts'
import { readConfig } from '../config.ts'
import { print, withData } from './context.ts'
import { Outcome } from './outcome.ts'

type Options = { json?: boolean }

export const backupCommand = (): Command =>
  new Command('backup')
    .description(
      'copy the embedded database, recordings and generated secret into a new folder; a server may go on',
    )
    .argument('<folder>', 'a folder that is not there yet')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      '\nKeep it as safe as the data folder: it holds the secret that signs receipts and sessions.',
    )
    .action(backup)

export const restoreCommand = (): Command =>
  new Command('restore')
    .description(
      'copy a backup into a data folder without data, and check the audit log; exit code 1 when it is not whole',
    )
    .argument('<folder>', 'a backup')
    .option('--json', 'print one JSON value')
    .action(restore)

async function backup(folder: string, options: Options): Promise<void> {
  const { config } = readConfig(realWorld.environment)
  const { files, ...note } = await backUp(config, folder, realWorld.clock)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  print(
    options.json,
    { folder, ...note, files: files.length, bytes },
    `${folder}: ${files.length} files, ${bytes} bytes, ${note.keys} keys, up to epoch ${note.epoch}.\nHead: ${note.audit_head ?? '-'}`,
  )
}

async function restore(folder: string, options: Options): Promise<void> {
  const { config } = readConfig(realWorld.environment)
  const { files: _, ...note } = await restoreBackup(config, folder)
  const { intact, events, head } = await withData(({ audit }) => audit.verify(note.audit_head))
  print(
    options.json,
    { ...note, audit: { intact, events, head } },
    [
      `Restored as it was at ${note.made_at}: ${note.keys} keys, up to epoch ${note.epoch}.`,
      intact
        ? `The audit log is whole: ${events} events.`
        : 'The audit log is not whole: see "audit verify".',
      'What was revoked after that works again. A receipt with a higher epoch names it: revoke it anew. Whether a receipt is',
      'of this log shows "audit verify --head" with its audit_head.',
      `Head: ${head}`,
    ].join('\n'),
  )
  if (!intact) throw new Outcome(1)
}
