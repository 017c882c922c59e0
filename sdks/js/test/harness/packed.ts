import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The package's folder, and the workspace's. */
export const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** Runs a program to its end; throws with what it printed when it fails. */
export async function run(program: string, words: string[], options: { cwd: string; environment?: object }) {
  // The workspace's own Node.js, whatever the machine has.
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH']}`
  const env = { ...process.env, PATH: path, ...options.environment }
  const told = promisify(execFile)(program, words, { cwd: options.cwd, env, maxBuffer: 50_000_000 })
  return told.catch((error: { message: string; stdout: string }) => {
    throw new Error(`${error.message}\n${error.stdout}`)
  })
}

/** A tool of the workspace. */
export const tool = (name: string): string => join(ROOT, 'node_modules', '.bin', name)

/** Builds the package and packs it as for the registry; the path of the archive. */
export async function pack(): Promise<string> {
  await run(tool('tsdown'), [], { cwd: PACKAGE })
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-pack-'))
  await run('npm', ['pack', '--pack-destination', folder], { cwd: PACKAGE })
  const [archive = ''] = await readdir(folder)
  return join(folder, archive)
}

/** An empty project with the package in it. */
export async function project(archive: string, more: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-project-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', ...more }))
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], { cwd: folder })
  return folder
}

/** A Node.js of a major version; fetched once. */
export async function nodeOf(major: number): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', 'sdk-node', String(major))
  const program = join(folder, 'node_modules', 'node', 'bin', 'node')
  const version = await run(program, ['--version'], { cwd: ROOT }).catch(() => null)
  if (version?.stdout.startsWith(`v${major}.`)) return program
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    '{"name":"node-of-a-version","version":"1.0.0","allowScripts":{"node":true}}',
  )
  await run('npm', ['install', '--no-audit', '--no-fund', `node@${major}`], {
    cwd: folder,
  })
  return program
}
