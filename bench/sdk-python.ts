import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Heard } from './sdk.ts'
import { ROOT } from './server.ts'

const PROGRAM = fileURLToPath(new URL('client/hear.py', import.meta.url))
const OURS = 'sdks/python/tests/requirements.txt'
/** The file that pins the official package, which is called `kugelaudio` too. */
const OFFICIAL = 'packages/server/test/python/requirements.txt'

/** Ways to hear a text in Python, by their names in the table: the form for event loops, and the one that waits. */
const CLIENTS = {
  'Python, bare': [OURS, 'bare'],
  'Python, package': [OURS, 'awaiting'],
  'Python, official': [OFFICIAL, 'awaiting'],
  'Python, package, waiting': [OURS, 'waiting'],
  'Python, official, waiting': [OFFICIAL, 'waiting'],
} as const

export type PythonClient = keyof typeof CLIENTS
export type PythonHearing = {
  hear: Record<PythonClient, (text: string) => Promise<Heard>>
  close(): Promise<void>
}

/** A process for each, warm sockets included where a client keeps them. */
export function startPythonClients(url: string, key: string): PythonHearing {
  const started = Object.entries(CLIENTS).map(([name, [requirements, form]]) => {
    const child = spawn(pythonWith(requirements), [PROGRAM, form, url], {
      env: {
        ...process.env,
        KUGELAUDIO_API_KEY: key,
        PYTHONPATH: requirements === OURS ? `${ROOT}/sdks/python/src` : '',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const hear = async (text: string): Promise<Heard> => {
      child.stdin.write(`${JSON.stringify(text)}\n`)
      const { done, value } = await lines.next()
      if (done) throw new Error(`${name}: its process has ended`)
      const { firstMs, cpuMs, bytes } = JSON.parse(value)
      return { firstMs, cpuMs, bytes }
    }
    const close = async (): Promise<void> => {
      const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
      child.stdin.end()
      await exit
    }
    return { name, hear, close }
  })
  return {
    hear: Object.fromEntries(started.map(({ name, hear }) => [name, hear])) as PythonHearing['hear'],
    close: async () => {
      await Promise.all(started.map(({ close }) => close()))
    },
  }
}

/** A Python with what a file of requirements names, made on first use. */
const pythonWith = (requirements: string): string =>
  execFileSync('sh', ['scripts/python-tests', requirements], { cwd: ROOT, encoding: 'utf8' }).trim()
