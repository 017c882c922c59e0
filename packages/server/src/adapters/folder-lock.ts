import { DatabaseSync } from 'node:sqlite'
import { isBusy } from './sqlite/trouble.ts'

/**
 * Takes a lock that ends with the process, however it ends: SQLite's on a file of its own, as Node has none. Returns what
 * gives it back; null when another has it.
 */
export function takeLock(path: string): (() => void) | null {
  const file = new DatabaseSync(path, { timeout: 0 })
  try {
    file.exec('begin exclusive')
    return () => file.close()
  } catch (error) {
    file.close()
    if (isBusy(error)) return null
    throw error
  }
}
