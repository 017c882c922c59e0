import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { FrameSocket } from './client/frame-socket.ts'
import type { Row } from './row.ts'
import { summary } from './samples.ts'
import type { Server } from './server.ts'
import { LONG } from './texts.ts'

const MANY = 100
const ROUNDS = 5

/** Ends 100 open sockets and 100 running answers of one key at once. */
export async function revocationOfMany(
  server: Server,
  revoke: (keyId: string) => Promise<unknown>,
): Promise<Row> {
  const lateMs: number[] = []
  for (let round = 0; round < ROUNDS; round++) lateMs.push(await lastEndMs(server, revoke))
  return {
    what: `${MANY} sockets and ${MANY} answers: last end after the call`,
    unit: 'ms',
    ...summary(lateMs),
    aim: { of: 'median', is: 'below', than: 100 },
  }
}

/** How long after the return of the call the last of them ended. */
async function lastEndMs(server: Server, revoke: (keyId: string) => Promise<unknown>): Promise<number> {
  const { id, key } = await server.createKey()
  const ends: Promise<number>[] = []
  const sockets: FrameSocket[] = []
  for (let opened = 0; opened < MANY; opened++) {
    const ended = Promise.withResolvers<number>()
    ends.push(ended.promise)
    const hear = ({ kind }: { kind: string }): void => {
      if (kind === 'close') ended.resolve(performance.now())
    }
    sockets.push(await FrameSocket.open(server.port, key, hear))
  }
  const answers = await Promise.all(Array.from({ length: MANY }, () => openAnswer(server.port, key)))
  ends.push(...answers.map(({ ended }) => ended))
  await revoke(id)
  const returnedMs = performance.now()
  const lastMs = Math.max(...(await Promise.all(ends)))
  for (const socket of sockets) socket.close()
  return Math.max(0, lastMs - returnedMs)
}

/** An answer that has begun, and is read as fast as it comes: when it ends. */
async function openAnswer(port: number, key: string): Promise<{ ended: Promise<number> }> {
  const asked: ClientRequest = request({
    port,
    host: '127.0.0.1',
    path: '/v1/tts/generate',
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  })
  asked.on('error', () => {})
  asked.end(JSON.stringify({ text: LONG }))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 200) throw new Error(`refused: ${answer.statusCode}`)
  const ended = Promise.withResolvers<number>()
  answer.on('error', () => {})
  answer.on('close', () => ended.resolve(performance.now()))
  answer.resume()
  return { ended: ended.promise }
}
