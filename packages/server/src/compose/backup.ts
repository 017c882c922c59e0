import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { controlSocketPath, whoServes } from '../adapters/control-socket.ts'
import { readSnapshot, type SnapshotContent, takeSnapshot } from '../adapters/sqlite/snapshot.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { makeFolder } from '../data-folder.ts'
import { Failure } from '../failure.ts'
import { VERSION } from '../version.ts'

/** What a backup says of itself: its last file, so that one without it is not whole. */
export const BackupNote = z.object({
  made_at: z.iso.datetime(),
  version: z.string(),
  keys: z.int(),
  epoch: z.int(),
  audit_head: z.string().nullable(),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
})
export type BackupNote = z.infer<typeof BackupNote>

const NOTE = 'backup.json'
const DATABASE = 'kugelaudio.db'
const SECRET = 'secret'
const VOICES = 'voices'
/** A recording that is gone was removed while we copied: then the snapshot is taken anew. */
const ATTEMPTS_MAX = 5

/**
 * Copies the embedded database as it is at one moment, the recordings that it names and the generated secret into a new
 * folder that only its owner may enter, while a server goes on. Throws `CONFLICT`, `NOT_FOUND`, `VALIDATION_ERROR`.
 */
export async function backUp(config: Config, folder: string, clock: Clock): Promise<BackupNote> {
  embeddedOnly(config, 'pg_dump copies a PostgreSQL database: see docs/operations.md')
  const dataDir = resolve(config.dataDir)
  if (!existsSync(join(dataDir, DATABASE))) throw new Failure('NOT_FOUND', `There are no data in ${dataDir}`)
  if (existsSync(folder)) throw new Failure('CONFLICT', `${folder} is there already: name a new folder`)
  makeFolder(folder)
  try {
    const atMs = clock.nowMs()
    const content = await copyData(dataDir, folder)
    const secrets = existsSync(join(dataDir, SECRET)) ? [SECRET] : []
    for (const name of secrets) await copyFile(join(dataDir, name), join(folder, name))
    const paths = [DATABASE, ...secrets, ...content.files.map((name) => join(VOICES, name))]
    const files = await Promise.all(
      paths.map(async (path) => ({ path, ...(await measured(join(folder, path))) })),
    )
    const { keys, epoch, auditHead } = content
    const note = {
      made_at: new Date(atMs).toISOString(),
      version: VERSION,
      keys,
      epoch,
      audit_head: auditHead,
      files,
    }
    await writeFile(join(folder, NOTE), `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600, flush: true })
    return note
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Copies a backup into a data folder without data. What is damaged is found before anything is written. Throws
 * `CONFLICT`, `NOT_FOUND`, `VALIDATION_ERROR`.
 */
export async function restoreBackup(config: Config, folder: string): Promise<BackupNote> {
  embeddedOnly(config, 'pg_restore fills a PostgreSQL database: see docs/operations.md')
  const note = await readNote(folder)
  const dataDir = resolve(config.dataDir)
  const target = join(dataDir, DATABASE)
  if (existsSync(target) || (await whoServes(controlSocketPath(dataDir))) !== null)
    throw new Failure('CONFLICT', `There are data in ${dataDir}: name an empty folder in KUGELAUDIO_DATA_DIR`)
  for (const { path, bytes, sha256 } of note.files) {
    const found = await measured(join(folder, path)).catch(() => null)
    if (found?.bytes !== bytes || found.sha256 !== sha256)
      throw new Failure('VALIDATION_ERROR', `${path} is not as it was backed up`)
  }
  if (readSnapshot(join(folder, DATABASE)) === null)
    throw new Failure('VALIDATION_ERROR', `${DATABASE} is damaged`)
  makeFolder(dataDir)
  for (const { path } of note.files.filter(({ path }) => path !== DATABASE)) {
    // One that is configured, or was generated here, stays; KUGELAUDIO_SECRET_PREVIOUS_FILE can name the other.
    if (path === SECRET && (config.secret !== null || existsSync(join(dataDir, SECRET)))) continue
    await copyDurably(join(folder, path), join(dataDir, path))
  }
  // Last: a restoration that was cut short has no database yet, and can be done again.
  await copyDurably(join(folder, DATABASE), target)
  return note
}

function embeddedOnly({ databaseUrl }: Config, advice: string): void {
  if (databaseUrl !== null) throw new Failure('VALIDATION_ERROR', `This is for embedded data only; ${advice}`)
}

async function copyData(dataDir: string, folder: string): Promise<SnapshotContent> {
  for (let attempts = 1; ; attempts++) {
    takeSnapshot(join(dataDir, DATABASE), join(folder, DATABASE))
    const content = readSnapshot(join(folder, DATABASE))
    if (content === null)
      throw new Failure('SERVICE_UNAVAILABLE', 'The database is damaged: it was not backed up')
    try {
      for (const name of content.files)
        await copyDurably(join(dataDir, VOICES, name), join(folder, VOICES, name))
      return content
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempts >= ATTEMPTS_MAX) throw error
      for (const path of [DATABASE, VOICES]) await rm(join(folder, path), { recursive: true, force: true })
    }
  }
}

/** Under another name until all of it is on the disk. */
async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const part = `${to}.part`
  await copyFile(from, part)
  const file = await open(part, 'r+')
  await file.chmod(0o600)
  await file.sync()
  await file.close()
  await rename(part, to)
}

async function readNote(folder: string): Promise<BackupNote> {
  const text = await readFile(join(folder, NOTE), 'utf8').catch(() => null)
  if (text === null) throw new Failure('NOT_FOUND', `${folder} is no backup: it has no ${NOTE}`)
  try {
    const note = BackupNote.parse(JSON.parse(text))
    if (note.files.every(({ path }) => /^(kugelaudio\.db|secret|voices\/[\w.-]+)$/.test(path))) return note
  } catch {
    // Falls through to what was expected.
  }
  throw new Failure('VALIDATION_ERROR', `${NOTE} is not as a backup writes it`)
}

async function measured(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += piece.length
    hash.update(piece)
  }
  return { bytes, sha256: hash.digest('hex') }
}
