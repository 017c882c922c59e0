import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnswerReader } from './answer-reader.ts'

/** One request at each beat, whether or not the last has been answered. */
export type ProbeOrder = { port: number; request: string; perSecond: number; ms: number }

/** More than are ever under way at once. */
const CONNECTIONS = 16

/** How long each took, in ms. A server that stands still is not asked less often meanwhile. */
export async function probe({ port, request, perSecond, ms }: ProbeOrder): Promise<number[]> {
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const free = Array.from({ length: CONNECTIONS }, () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.on('error', failed.reject)
    return { socket, reader: new AnswerReader() }
  })
  const all = [...free]
  const latencies: number[] = []
  const startMs = performance.now()
  const beats = Math.floor((ms * perSecond) / 1000)
  const answered: Promise<void>[] = []
  for (let beat = 0; beat < beats; beat++) {
    const dueMs = startMs + (beat * 1000) / perSecond
    await sleep(Math.max(0, dueMs - performance.now()))
    const connection = free.shift()
    if (connection === undefined) throw new Error('The server answers none of its connections')
    answered.push(
      new Promise((resolve) => {
        const { socket, reader } = connection
        // A timer fires up to a millisecond late; the server is not to blame for that.
        const sentMs = Math.max(dueMs, performance.now())
        socket.removeAllListeners('data')
        socket.on('data', (chunk: Buffer) => {
          if (!reader.isComplete(chunk, chunk.length)) return
          latencies.push(performance.now() - sentMs)
          free.push(connection)
          resolve()
        })
        socket.write(request)
      }),
    )
  }
  await Promise.race([Promise.all(answered), failed.promise])
  for (const { socket } of all) socket.destroy()
  return latencies
}
