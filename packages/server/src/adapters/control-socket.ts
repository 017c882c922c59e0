import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join, relative } from 'node:path'
import { takeLock } from './folder-lock.ts'

/** What the running server says of itself to a command on the same data. */
export type RunningServer = { node: string; pid: number; url: string }

/** Answers a command's question. */
export type ControlRequest = { ask: 'who' } | { ask: 'settle'; epoch: number }
export type ControlAnswer = { who: RunningServer } | { settled: { streamsSevered: number } }

/** Longest path that every system takes for a socket. */
const SOCKET_PATH_BYTES_MAX = 103
/** How long a server may take to say who it is. */
const WHO_MS_MAX = 1_000
/** A question is one short line. */
const REQUEST_BYTES_MAX = 1024

/** Where the server on a data folder listens for commands on the same folder. Only its owner may enter the folder. */
export function controlSocketPath(dataDir: string): string {
  const absolute = join(dataDir, 'server.sock')
  const path =
    Buffer.byteLength(absolute) <= SOCKET_PATH_BYTES_MAX ? absolute : relative(process.cwd(), absolute)
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX) {
    throw new Error(
      `KUGELAUDIO_DATA_DIR is too long a path for a socket (${SOCKET_PATH_BYTES_MAX} bytes at most).`,
    )
  }
  return path
}

/** Listens for commands, until it is closed. */
export type CommandListener = { close(): Promise<void> }

/**
 * Listens, as the only server on the folder: of several that start at once one does, and the others throw. A socket left
 * behind by a killed server is replaced, one that answers is not.
 */
export async function listenForCommands(
  path: string,
  answer: (request: ControlRequest) => Promise<ControlAnswer>,
): Promise<CommandListener> {
  const giveBack = takeLock(`${path}.lock`)
  try {
    if (giveBack === null || (await askServer(path, { ask: 'who' }, WHO_MS_MAX)) !== null)
      throw new Error('A server is already running on this data folder.')
    rmSync(path, { force: true })
    const server = createServer((socket) => answerLine(socket, answer))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    return {
      async close() {
        await new Promise<void>((resolve) => server.close(() => resolve()))
        giveBack()
      },
    }
  } catch (error) {
    giveBack?.()
    throw error
  }
}

/** Keeps servers from a data folder; returns what lets them again. Null when one runs on it. */
export const holdFolder = (path: string): (() => void) | null => takeLock(`${path}.lock`)

/** The server that runs on a data folder, or null. */
export async function whoServes(path: string, waitMs = WHO_MS_MAX): Promise<RunningServer | null> {
  const answer = await askServer(path, { ask: 'who' }, waitMs)
  return answer !== null && answer !== 'silent' && 'who' in answer ? answer.who : null
}

/** Asks the running server: null when there is none, `silent` when it is there but gives no answer, or not in time. */
export async function askServer(
  path: string,
  request: ControlRequest,
  waitMs: number,
): Promise<ControlAnswer | 'silent' | null> {
  const socket = connect(path)
  return await new Promise((resolve) => {
    let text = ''
    const finish = (answer: ControlAnswer | 'silent' | null): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => finish('silent'), waitMs)
    socket.setEncoding('utf8')
    // Anything else than nobody listening may be a server that is busy, stopped, or ending just now.
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      finish(code === 'ENOENT' || code === 'ECONNREFUSED' ? null : 'silent'),
    )
    socket.on('close', () => finish('silent'))
    socket.on('data', (chunk) => {
      text += chunk
      if (text.endsWith('\n')) finish(JSON.parse(text) as ControlAnswer)
    })
    socket.write(`${JSON.stringify(request)}\n`)
  })
}

function answerLine(socket: Socket, answer: (request: ControlRequest) => Promise<ControlAnswer>): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk): void => {
    text += chunk
    if (text.length > REQUEST_BYTES_MAX) return void socket.destroy()
    if (!text.endsWith('\n')) return
    Promise.resolve(text)
      .then((line) => answer(JSON.parse(line) as ControlRequest))
      .then(
        (answered) => socket.end(`${JSON.stringify(answered)}\n`),
        () => socket.destroy(),
      )
  })
}
