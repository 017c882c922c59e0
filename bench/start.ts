import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { notMeasured, type Part } from './row.ts'
import { interleave, ratioTo, type Samples, summary } from './samples.ts'
import { ROOT, readiness } from './server.ts'

const ROUNDS = { rounds: 5, warmUps: 1 }
/** Of `npm start` to `/ready`. */
const READY_MS_AIM = 1_000

type Started = { listeningMs: number; readyMs: number; exitMs: number }

/** How long one waits for it. */
export const start: Part = {
  name: 'start',
  about: 'npm start to listening and to ready, and Ctrl-C to its end; the same without npm',
  async run() {
    if (!(await isInstalled()))
      return [notMeasured('npm start', 'the dependencies of the lockfile are not installed: npm start first')]
    const said = await interleave(
      {
        npm: () => started('npm', ['start']),
        program: () => started(join(ROOT, 'packages/server/bin/kugelaudio-server'), ['serve']),
        node: () => started(process.execPath, ['-e', 'console.log("listening")']),
      },
      ROUNDS,
    )
    const listening = (of: Started[]): Samples => of.map(({ listeningMs }) => listeningMs)
    const ready = (of: Started[]): Samples => of.map(({ readyMs }) => readyMs)
    const exit = (of: Started[]): Samples => of.map(({ exitMs }) => exitMs)
    const node = listening(said.node)
    const row = (what: string, of: Samples) => ({
      what,
      unit: 'ms',
      ...summary(of),
      ratio: ratioTo('node alone', of, node),
    })
    return [
      { what: 'node alone, one line', unit: 'ms', ...summary(node) },
      row('npm start to listening', listening(said.npm)),
      {
        ...row('npm start to ready', ready(said.npm)),
        aim: { of: 'median', is: 'below', than: READY_MS_AIM },
      },
      row('kugelaudio-server serve to listening', listening(said.program)),
      row('kugelaudio-server serve to ready', ready(said.program)),
      { what: 'Ctrl-C to its end', unit: 'ms', ...summary(exit(said.program)) },
      { what: 'Ctrl-C to the end of npm start', unit: 'ms', ...summary(exit(said.npm)) },
    ]
  },
}

/** Otherwise `npm start` would install first. */
async function isInstalled(): Promise<boolean> {
  const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8').catch(() => path)
  return (await read('package-lock.json')) === (await read('node_modules/.installed-lockfile'))
}

/** Starts a program as a terminal does, in a process group that gets Ctrl-C as a whole. */
async function started(file: string, words: string[]): Promise<Started> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kugelaudio-bench-'))
  const startMs = performance.now()
  const child = spawn(file, words, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      KUGELAUDIO_DATA_DIR: dataDir,
      KUGELAUDIO_PORT: '0',
    },
  })
  const exited = once(child, 'exit')
  const said = await lineWith(child.stdout, 'listening')
  const listeningMs = performance.now() - startMs
  const port = /"url":"http:\/\/[^:]+:(\d+)"/.exec(said)?.[1]
  if (port !== undefined) await readiness(Number(port))
  const readyMs = performance.now() - startMs
  const interruptedMs = performance.now()
  if (port !== undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
  await exited
  const exitMs = performance.now() - interruptedMs
  await rm(dataDir, { recursive: true, force: true })
  return { listeningMs, readyMs, exitMs }
}

async function lineWith(output: AsyncIterable<Buffer>, word: string): Promise<string> {
  let said = ''
  return await new Promise((resolve, reject) => {
    const read = async (): Promise<void> => {
      for await (const chunk of output) {
        said += chunk
        if (said.includes(word)) resolve(said)
      }
      reject(new Error(`It ended and said: ${said}`))
    }
    read().catch(reject)
  })
}
