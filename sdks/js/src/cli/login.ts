import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { ValidationError } from '../errors.ts'

/** Where to find the key and the server: the key itself is never kept here. */
export type Login = {
  /** Name of a variable, or path of a file. */
  keyFrom: { env: string } | { file: string }
  apiUrl?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where `login` keeps what it was told: `$XDG_CONFIG_HOME/kugelaudio/login.json`. */
export const loginPath = (environment: Environment): string =>
  join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'kugelaudio', 'login.json')

/** Keeps it. Throws `ValidationError` when there is no key to be found there. */
export async function writeLogin(login: Login, environment: Environment): Promise<void> {
  await readKey(login, environment)
  const path = loginPath(environment)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 })
  await chmod(path, 0o600)
}

export const forgetLogin = (environment: Environment): Promise<void> =>
  rm(loginPath(environment), { force: true })

/** What `login` kept, with the key it points to; an empty object when nobody has logged in. */
export async function readLogin(environment: Environment): Promise<{ apiKey?: string; apiUrl?: string }> {
  let text: string
  try {
    text = await readFile(loginPath(environment), 'utf8')
  } catch {
    return {}
  }
  let login: Login
  try {
    login = JSON.parse(text)
  } catch {
    throw new ValidationError(`${loginPath(environment)} is not JSON: kugelaudio login writes it anew`)
  }
  const apiKey = await readKey(login, environment)
  return { apiKey, ...(login.apiUrl === undefined ? {} : { apiUrl: login.apiUrl }) }
}

async function readKey({ keyFrom }: Login, environment: Environment): Promise<string> {
  if (typeof keyFrom !== 'object' || keyFrom === null)
    throw new ValidationError('login: say where the key is')
  if ('env' in keyFrom) {
    const key = environment[keyFrom.env]
    if (key) return key
    throw new ValidationError(`The environment variable ${keyFrom.env}, where the key should be, is not set`)
  }
  try {
    const key = (await readFile(keyFrom.file, 'utf8')).trim()
    if (key !== '') return key
  } catch {}
  throw new ValidationError(`The file ${keyFrom.file}, where the key should be, cannot be read or is empty`)
}
