import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Holds the lock for writing until its input ends; `locked` on standard output says that it does. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite')
const file = new DatabaseSync(process.argv[1], { timeout: 5000 })
file.exec('begin immediate')
process.stdout.write('locked')
process.stdin.resume().on('end', () => { file.exec('rollback'); file.close() })`

/** Another process that holds the database's lock for writing, until it is disposed of. */
export async function holdLock(databasePath: string): Promise<AsyncDisposable> {
  const child = spawn(process.execPath, ['-e', PROGRAM, databasePath], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close')
      child.stdin.end()
      await ended
    },
  }
}
