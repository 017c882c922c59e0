import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Region } from '../config.ts'
import { Failure } from '../failure.ts'
import { answerHeaders, requestHeaders } from './passed-headers.ts'
import type { Relay } from './relay.ts'
import { answered, hostOf } from './ways-out.ts'

/** How long a caller may go on with a body that was refused. */
const UNREAD_MS_MAX = 2_000

/** What may be sent twice: it changes nothing, and has no body that could be half gone. */
const isRepeatable = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') &&
  headers['transfer-encoding'] === undefined &&
  Number(headers['content-length'] ?? 0) === 0

/** How a request was answered. */
export type Relayed = { region: string; status: number; requestId: string | null; broke: boolean }

/**
 * Passes a request on to the first of these regions that it reaches, and its answer back, both as they flow. Throws
 * `SERVICE_UNAVAILABLE` where none is reached, or the one that was breaks off before it answers.
 */
export async function relayRequest(
  { ways, watch, open, clock }: Relay,
  regions: readonly Region[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Relayed> {
  for (const region of regions) {
    const request = ways.begin(region, {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: requestHeaders(incoming, hostOf(region)),
    })
    const gone = (): void => void request.destroy()
    outgoing.once('close', gone)
    try {
      if (!(await ways.reached(request))) {
        if (outgoing.destroyed) throw new Failure('CLIENT_GONE')
        watch.failed(region)
        continue
      }
      using _link = open.add({ region: region.name, end: gone, heard: [request.socket] })
      const answer = await sent(request, incoming)
      if (answer !== null) {
        const relayed = await passBack(region, answer, { request, incoming, outgoing, clock })
        if (relayed.broke) watch.suspect(region)
        return relayed
      }
      if (outgoing.destroyed) throw new Failure('CLIENT_GONE')
      watch.suspect(region)
      if (!isRepeatable(incoming)) throw brokenOff(region)
    } finally {
      outgoing.off('close', gone)
    }
  }
  throw unreachable(regions)
}

function sent(request: ClientRequest, incoming: IncomingMessage): Promise<IncomingMessage | null> {
  const answer = answered(request)
  // What is wrong with it later, its answer or the end of it says.
  request.on('error', () => {})
  if (isRepeatable(incoming)) request.end()
  // A caller that goes away in the middle of a body ends the request, too.
  else sendBody(request, incoming).catch(() => request.destroy())
  return answer
}

/**
 * Sends a body as it comes, until a region refuses it. Between two pieces whatever the region has said is heard: it may
 * refuse a long body and close, and who goes on writing then loses the refusal. The rest is read and thrown away, so that
 * the caller does not lose it either.
 */
async function sendBody(request: ClientRequest, incoming: IncomingMessage): Promise<void> {
  let isRefused = false
  request.once('response', ({ statusCode = 0 }) => {
    isRefused = statusCode >= 400
  })
  const closed = new Promise((resolve) => request.once('close', resolve))
  const drained = (): Promise<unknown> => new Promise((resolve) => request.once('drain', resolve))
  for await (const piece of incoming.iterator({ destroyOnReturn: false })) {
    await nextTurn()
    if (isRefused || request.destroyed) continue
    if (!request.write(piece)) await Promise.race([drained(), closed])
  }
  request.end()
}

type Passing = { request: ClientRequest; incoming: IncomingMessage; outgoing: ServerResponse; clock: Clock }

async function passBack(
  region: Region,
  answer: IncomingMessage,
  { request, incoming, outgoing, clock }: Passing,
): Promise<Relayed> {
  const headers = answerHeaders(answer, region.name)
  const status = answer.statusCode ?? 502
  outgoing.writeHead(status, answer.statusMessage ?? '', headers)
  let broke = false
  // Half an answer must not look like a whole one, not even where the end of the connection is its end (HTTP/1.0).
  answer.once('error', () => incoming.socket.resetAndDestroy())
  try {
    await pipeline(answer, outgoing)
  } catch {
    broke = true
  }
  if (!request.writableFinished) request.destroy()
  if (!incoming.complete) {
    const tooLate = clock.after(UNREAD_MS_MAX, () => void incoming.socket.destroy())
    incoming.once('close', tooLate)
  }
  const requestId = answer.headers['x-request-id']
  return { region: region.name, status, broke, requestId: typeof requestId === 'string' ? requestId : null }
}

/** Nobody knows what a region did before it broke off; whoever asks again asks another one. */
const brokenOff = ({ name }: Region): Failure =>
  new Failure('SERVICE_UNAVAILABLE', `The region ${name} has broken off before it answered`, {
    retryAfterS: 1,
  })

/** No connection could be made to any of them. */
export const unreachable = (regions: readonly Region[]): Failure =>
  new Failure(
    'SERVICE_UNAVAILABLE',
    regions.length === 1
      ? `The region ${regions[0]?.name} is not reachable at the moment`
      : 'No region is reachable at the moment',
    { retryAfterS: 1 },
  )
