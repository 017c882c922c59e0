import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
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

/** What the package is built of. */
const SOURCES = ['package.json', 'README.md', 'LICENSE', 'tsdown.config.ts', 'bin', 'src']

/** Builds the package and packs it as for the registry, unless that has been done; the path of the archive. */
export async function pack(): Promise<string> {
  const packed = join(ROOT, 'node_modules', '.cache', 'sdk-packed')
  const archive = join(packed, `${await digestOf(SOURCES)}.tgz`)
  if (existsSync(archive)) return archive
  // Several test files may do so at a time: each in a folder of its own, and whoever is ready puts it in its place.
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-pack-'))
  const staged = join(folder, 'package')
  await run(tool('tsdown'), ['--out-dir', join(staged, 'dist')], { cwd: PACKAGE })
  for (const name of ['package.json', 'README.md', 'LICENSE', 'bin'])
    await cp(join(PACKAGE, name), join(staged, name), { recursive: true })
  await run('npm', ['pack', '--pack-destination', folder], { cwd: staged })
  const made = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  await mkdir(packed, { recursive: true })
  await cp(join(folder, made), `${archive}.${process.pid}`)
  await rename(`${archive}.${process.pid}`, archive)
  await rm(folder, { recursive: true })
  return archive
}

async function digestOf(names: readonly string[]): Promise<string> {
  const digest = createHash('sha256').update(await readFile(join(ROOT, 'package-lock.json')))
  for (const name of names) {
    const path = join(PACKAGE, name)
    const isFolder = (await stat(path)).isDirectory()
    const files = isFolder ? await readdir(path, { recursive: true, withFileTypes: true }) : []
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    for (const file of isFolder ? paths.toSorted() : [path])
      digest.update(`\0${file}\0`).update(await readFile(file))
  }
  return digest.digest('hex').slice(0, 32)
}

/** An empty project with the package in it. */
export async function project(archive: string, more: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-project-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', ...more }))
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], { cwd: folder })
  return folder
}

/** The Node.js of each major version that is tested, beside the workspace's own. */
const NODES = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' } as const

/** A Node.js of a major version; fetched once. */
export async function nodeOf(major: keyof typeof NODES): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', 'sdk-node', String(major))
  const program = join(folder, 'node_modules', 'node', 'bin', 'node')
  const version = await run(program, ['--version'], { cwd: ROOT }).catch(() => null)
  if (version?.stdout.trim() === `v${NODES[major]}`) return program
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    '{"name":"node-of-a-version","version":"1.0.0","allowScripts":{"node":true}}',
  )
  await run('npm', ['install', '--no-audit', '--no-fund', `node@${NODES[major]}`], {
    cwd: folder,
  })
  return program
}

/**
 * The `node_modules` of a project in `test/projects`, as its lockfile has it; installed once. What a single test needs is
 * kept out of the workspace, where every install would have to wait for it.
 */
export async function installed(name: string): Promise<string> {
  const wanted = join(PACKAGE, 'test', 'projects', name)
  const made = join(ROOT, 'node_modules', '.cache', 'sdk-projects', name)
  const lockfile = await readFile(join(wanted, 'package-lock.json'), 'utf8')
  const isMade = (): Promise<boolean> =>
    readFile(join(made, 'package-lock.json'), 'utf8').then(
      (text) => text === lockfile,
      () => false,
    )
  if (await isMade()) return join(made, 'node_modules')
  await mkdir(join(made, '..'), { recursive: true })
  const folder = await mkdtemp(`${made}-`)
  await cp(wanted, folder, { recursive: true })
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder })
  // Another test file may have been faster.
  if (!(await isMade())) {
    await rm(made, { recursive: true, force: true })
    await rename(folder, made)
  } else await rm(folder, { recursive: true })
  return join(made, 'node_modules')
}

/** Puts packages of an installed project into another one. */
export async function link(modules: string, names: readonly string[], folder: string): Promise<void> {
  for (const name of names) {
    const place = join(folder, 'node_modules', name)
    await mkdir(join(place, '..'), { recursive: true })
    await symlink(join(modules, name), place)
  }
}

/** The programs of two other runtimes, as npm delivers them for this machine. */
export async function otherRuntimes(): Promise<{ bun: string; deno: string }> {
  const modules = await installed('runtimes')
  const find = async (scope: string, file: string): Promise<string> => {
    const [name] = await readdir(join(modules, scope))
    if (name === undefined) throw new Error(`npm delivers no ${scope} for this machine`)
    return join(modules, scope, name, file)
  }
  return { bun: await find('@oven', 'bin/bun'), deno: await find('@deno', 'deno') }
}
