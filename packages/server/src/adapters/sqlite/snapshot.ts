import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { LOCK_WAIT_MS_MAX } from './shared-file.ts'
import { unavailable } from './trouble.ts'

/** What is in a database file that nobody writes to. */
export type SnapshotContent = {
  keys: number
  /** Of the newest change of authority; 0 without any. */
  epoch: number
  /** Hash of the newest event of the audit log. */
  auditHead: string | null
  /** Files of recordings that its rows name. */
  files: string[]
}

/**
 * Writes all that is committed at one moment into a new file, durable, while others read and write: they do not wait. Throws
 * when the new file is there already, `SERVICE_UNAVAILABLE` where the machine or the disk is the reason.
 */
export function takeSnapshot(from: string, to: string): void {
  const file = new DatabaseSync(from, { readOnly: true, timeout: LOCK_WAIT_MS_MAX })
  try {
    file.prepare('vacuum into ?').run(to)
  } catch (error) {
    throw unavailable(error)
  } finally {
    file.close()
  }
  const written = openSync(to, 'r')
  fsyncSync(written)
  closeSync(written)
}

/** Reads a snapshot; null when SQLite finds it damaged. */
export function readSnapshot(path: string): SnapshotContent | null {
  const file = new DatabaseSync(path, { readOnly: true })
  try {
    const [verdict] = file.prepare('pragma integrity_check').all()
    if (verdict?.['integrity_check'] !== 'ok') return null
    const value = (sql: string) => file.prepare(sql).get()?.['value'] ?? null
    const files = file
      .prepare(
        'select file as value from voice_reference union select sample_file from voice where sample_file is not null',
      )
      .all()
    const head = value('select hash as value from audit_event order by seq desc limit 1')
    return {
      keys: Number(value('select count(*) as value from api_key where purpose is null')),
      epoch: Number(value('select max(epoch) as value from authority_log')),
      auditHead: head === null ? null : String(head),
      files: files.map((row) => String(row['value'])),
    }
  } catch (error) {
    const { errcode } = error as { errcode?: number }
    if (errcode === undefined) throw error
    return null
  } finally {
    file.close()
  }
}
