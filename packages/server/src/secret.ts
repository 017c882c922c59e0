import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import { makeFolder } from './data-folder.ts'

/** 256 bits and a little. */
const SECRET_CHARACTERS = 44

/** What this server derives its keys from: by the current one it signs and seals, what the earlier ones made it knows still. */
export type Secrets = { current: string; previous: readonly string[] }

export function serverSecrets(
  config: { secret: string | null; previousSecrets: readonly string[] },
  dataDir: string,
  randomBytes: RandomBytes,
): Secrets {
  const current = config.secret ?? generatedSecret(dataDir, randomBytes)
  return { current, previous: config.previousSecrets.filter((secret) => secret !== current) }
}

/** The secret in the data folder, made on the first start: readable by its owner alone, whole or not there at all. */
export function generatedSecret(dataDir: string, randomBytes: RandomBytes): string {
  const path = join(dataDir, 'secret')
  makeFolder(dataDir)
  const existing = readIfThere(path)
  if (existing !== null) return existing
  const draft = `${path}.${randomBase62(8, randomBytes)}`
  const file = openSync(draft, 'wx', 0o600)
  writeSync(file, randomBase62(SECRET_CHARACTERS, randomBytes))
  fsyncSync(file)
  closeSync(file)
  try {
    linkSync(draft, path)
  } catch (error) {
    // Another process made it meanwhile: its secret counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(path, 'utf8')
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
