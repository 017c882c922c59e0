import { setTimeout as sleep } from 'node:timers/promises'
import { FrameSocket, type Heard } from './frame-socket.ts'

/** Listeners on sockets of their own: each asks for a text, hears it at its own speed, and asks again. */
export type ConverseOrder = {
  port: number
  key: string
  sockets: number
  text: string
  ms: number
  /** Asks again at once, without hearing it out. */
  hurried?: true
}
export type ConverseResult = {
  /** From each request to its first whole frame of audio, in ms. */
  firstMs: number[]
  /** Answers in which no piece of audio came later than it was to be heard. */
  ahead: number
  /** Requests that were answered by an error. */
  refused: number
}

/** Time for all sockets to have begun: they ask one after the other, as callers do. */
const SPREAD_MS = 4_000
const PIECE_HEAD_BYTES = 80

export async function converse(order: ConverseOrder): Promise<ConverseResult> {
  const result: ConverseResult = { firstMs: [], ahead: 0, refused: 0 }
  const listeners = await Promise.all(
    Array.from({ length: order.sockets }, () => openListener(order.port, order.key)),
  )
  const endMs = performance.now() + order.ms
  await Promise.all(
    listeners.map(async (listener, at) => {
      await sleep((at * Math.min(SPREAD_MS, order.ms)) / order.sockets)
      while (performance.now() < endMs) {
        const heard = await listener.ask(order.text)
        if (heard === null) {
          result.refused += 1
          await sleep(1_000)
          continue
        }
        result.firstMs.push(heard.firstMs)
        if (heard.isAhead) result.ahead += 1
        if (!order.hurried) await sleep(Math.max(0, heard.playsUntilMs - performance.now()))
      }
      listener.close()
    }),
  )
  return result
}

type Piece = { atMs: number; bytes: number }
type Told = { firstMs: number; isAhead: boolean; playsUntilMs: number }

async function openListener(port: number, key: string) {
  let hear: (heard: Heard) => void = () => {}
  const socket = await FrameSocket.open(port, key, (frame) => hear(frame))
  return {
    close: () => socket.close(),
    /** Null when it was refused. */
    ask: (text: string): Promise<Told | null> =>
      new Promise((resolve, reject) => {
        const startMs = performance.now()
        const pieces: Piece[] = []
        hear = (frame) => {
          if (frame.kind === 'audio') pieces.push({ atMs: performance.now(), bytes: frame.bytes })
          else if (frame.kind === 'close') reject(new Error(`closed with ${frame.code}`))
          else {
            const told = JSON.parse(frame.text) as { final?: true; usage?: { audio_seconds: number } }
            resolve(told.final === true ? toldOf(startMs, pieces, told.usage?.audio_seconds ?? 0) : null)
          }
        }
        socket.send({ text })
      }),
  }
}

/** Whether each piece was there when what came before it had been heard, for a listener who began with the first. */
function toldOf(startMs: number, pieces: Piece[], seconds: number): Told {
  const all = pieces.reduce((sum, { bytes }) => sum + bytes - PIECE_HEAD_BYTES, 0)
  const beginMs = pieces[0]?.atMs ?? Number.NaN
  let heardUntilMs = beginMs
  let isAhead = true
  for (const { atMs, bytes } of pieces) {
    isAhead &&= atMs <= heardUntilMs
    heardUntilMs += ((bytes - PIECE_HEAD_BYTES) / all) * seconds * 1_000
  }
  return { firstMs: beginMs - startMs, isAhead, playsUntilMs: heardUntilMs }
}
