import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Another product's verification of one key. */
export type Rival = { verify(): Promise<boolean>; statements(): number; close(): void }

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** Better Auth on a database file. Its packages are installed here on first use; the project itself does without them. */
export async function openBetterAuth(path: string): Promise<Rival> {
  if (!existsSync(new URL('node_modules', import.meta.url))) {
    execFileSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
      cwd: FOLDER,
      stdio: 'ignore',
    })
  }
  const specifier: string = new URL('better-auth.mjs', import.meta.url).href
  const rival = (await import(specifier)) as { openBetterAuth(path: string): Promise<Rival> }
  return await rival.openBetterAuth(path)
}
