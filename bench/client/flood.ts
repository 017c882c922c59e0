import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { AnswerReader } from './answer-reader.ts'

/** The same request over and over: on each connection the next leaves when the last was answered. */
export type FloodOrder = {
  /** Connections are made to each in turn. */
  ports: readonly number[]
  request: string
  connections: number
  /** Ends after so long, or after so many answers. */
  until: { ms: number } | { answers: number }
}
export type FloodResult = { answers: number; ms: number }

export async function flood({ ports, request, connections, until }: FloodOrder): Promise<FloodResult> {
  const bytes = Buffer.from(request)
  const answersMax = 'answers' in until ? until.answers : Number.POSITIVE_INFINITY
  const startMs = performance.now()
  const endMs = 'ms' in until ? startMs + until.ms : Number.POSITIVE_INFINITY
  let sent = 0
  let answers = 0
  const mayAsk = (): boolean => sent < answersMax && performance.now() < endMs
  const ask = (socket: Socket): void => {
    sent++
    socket.write(bytes)
  }

  const ends = Array.from({ length: connections }, async (_, index) => {
    const reader = new AnswerReader()
    const over = Promise.withResolvers<void>()
    const socket = connect({
      port: ports[index % ports.length] ?? 0,
      host: '127.0.0.1',
      noDelay: true,
      // One buffer for all that is read: the client must cost less than what it measures.
      onread: {
        buffer: Buffer.allocUnsafe(ANSWER_BYTES_MAX),
        callback(size, buffer) {
          try {
            if (!reader.isComplete(buffer, size)) return true
            answers++
            if (mayAsk()) ask(socket)
            else over.resolve()
          } catch (error) {
            over.reject(error)
          }
          return true
        },
      },
    })
    socket.on('error', over.reject)
    socket.on('close', () => over.reject(new Error('the server closed a connection')))
    await once(socket, 'connect')
    if (mayAsk()) ask(socket)
    else over.resolve()
    await over.promise
    socket.destroy()
  })
  const stayAwake = keepAwake()
  await Promise.all(ends)
  stayAwake()
  return { answers, ms: performance.now() - startMs }
}

/**
 * Keeps this process from sleeping: on one machine, the server would pay for waking it with every answer, more the
 * faster the client is. A client on another machine costs the server nothing of the kind.
 */
function keepAwake(): () => void {
  let awake = true
  const turn = (): void => {
    if (awake) setImmediate(turn)
  }
  turn()
  return () => {
    awake = false
  }
}

/** Longer than any answer that is asked for. */
const ANSWER_BYTES_MAX = 64 * 1024
