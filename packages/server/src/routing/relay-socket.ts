import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Region } from '../config.ts'
import { CLOSE } from '../edge/ws/frame-socket.ts'
import { Failure } from '../failure.ts'
import { answerHeaders, requestHeaders } from './passed-headers.ts'
import type { Relay } from './relay.ts'
import { type Relayed, unreachable } from './relay-request.ts'
import { answered, hostOf } from './ways-out.ts'
import { closeFrame, WholeFrames } from './whole-frames.ts'

/** How long a caller gets to take its last frames. */
const CLOSE_MS_MAX = 1_500

/** A handshake as the listener hands it over. */
export type Handshake = { message: IncomingMessage; near: Socket; head: Buffer }

/**
 * Passes a handshake on to the first of these regions that it reaches, and then every byte both ways: what is between
 * caller and region stays between them, pings and the closing handshake included. A region that ends without a closing
 * handshake is ended with 1012 for the caller, who then opens another socket. Resolves when it is over; throws
 * `SERVICE_UNAVAILABLE` where no region is reached.
 */
export async function relaySocket(
  relay: Relay,
  regions: readonly Region[],
  { message, near, head }: Handshake,
): Promise<Relayed> {
  const { ways, watch } = relay
  for (const region of regions) {
    const request = ways.begin(region, {
      method: 'GET',
      path: message.url ?? '/',
      headers: [...requestHeaders(message, hostOf(region)), 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
      isAlone: true,
    })
    const gone = (): void => void request.destroy()
    near.once('close', gone)
    try {
      const isReached = await ways.reached(request)
      const came = isReached ? await shaken(request) : null
      if (near.destroyed) throw new Failure('CLIENT_GONE')
      if (came === null) {
        if (isReached) watch.suspect(region)
        else watch.failed(region)
        continue
      }
      near.write(headOf(came.answer, region, came.far === null))
      if (came.far === null) await pipeline(came.answer, near).catch(() => near.destroy())
      else await join(relay, region, { near, nearHead: head, far: came.far, farHead: came.head })
      const requestId = came.answer.headers['x-request-id']
      return {
        region: region.name,
        status: came.answer.statusCode ?? 0,
        broke: false,
        requestId: typeof requestId === 'string' ? requestId : null,
      }
    } finally {
      near.off('close', gone)
    }
  }
  throw unreachable(regions)
}

type Shaken = { answer: IncomingMessage; far: Socket | null; head: Buffer }

/** What a region says to a handshake: `far` is null where it refuses; null when it breaks off before it has said. */
async function shaken(request: ClientRequest): Promise<Shaken | null> {
  const upgraded = new Promise<Shaken>((resolve) => {
    request.once('upgrade', (answer, far, head) => resolve({ answer, far: far as Socket, head }))
  })
  const refused = answered(request)
  request.on('error', () => {})
  request.end()
  return await Promise.race([
    upgraded,
    refused.then((answer) => (answer === null ? null : { answer, far: null, head: Buffer.alloc(0) })),
  ])
}

/** The head of the answer as bytes. A refusal ends the connection: its body is as long as what still comes. */
function headOf(answer: IncomingMessage, region: Region, isRefusal: boolean): string {
  const headers = answerHeaders(answer, region.name)
  headers.push('Connection', isRefusal ? 'close' : 'Upgrade')
  if (!isRefusal) headers.push('Upgrade', 'websocket')
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

type Joined = { near: Socket; nearHead: Buffer; far: Socket; farHead: Buffer }

async function join(
  { watch, open, clock }: Relay,
  region: Region,
  { near, nearHead, far, farHead }: Joined,
): Promise<void> {
  const frames = new WholeFrames()
  for (const socket of [near, far]) {
    socket.setTimeout(0)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
  }
  if (farHead.length > 0) far.unshift(farHead)
  if (nearHead.length > 0) near.unshift(nearHead)
  using _link = open.add({
    region: region.name,
    end: () => void far.destroy(),
    heard: [near, far],
    isSocket: true,
  })
  far.once('close', () => {
    if (!frames.writableEnded) frames.end()
  })
  near.once('close', () => void far.destroy())
  near.pipe(far)
  far.pipe(frames).pipe(near, { end: false })
  frames.once('end', () => {
    if (near.destroyed) return
    if (frames.hasClosed) near.end()
    else {
      watch.suspect(region)
      if (!frames.isBetweenFrames) return void near.resetAndDestroy()
      near.end(closeFrame(CLOSE.restarting, 'restarting'))
    }
    // What the caller still sends has nowhere to go.
    near.unpipe(far)
    near.resume()
    clock.after(CLOSE_MS_MAX, () => void near.resetAndDestroy())
  })
  await new Promise<void>((resolve) => {
    if (near.destroyed) resolve()
    else near.once('close', () => resolve())
  })
}
