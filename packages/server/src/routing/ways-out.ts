import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Clock } from '../clock.ts'
import type { Region } from '../config.ts'
import type { AskHealth } from './region-watch.ts'

/** How long a connection to a region may take: several round trips around the world. */
export const CONNECTED_MS_MAX = 2_000
/** How long a region may take to say that it is well. */
export const HEALTH_MS_MAX = 2_000
/** Connections to a region that wait for their next request. */
const IDLE_CONNECTIONS_MAX = 256

/** What is asked of a region. `isAlone`: over a connection of its own. */
type Asked = { method: string; path: string; headers: string[]; isAlone?: boolean }

/** Connections to regions. */
export type WaysOut = {
  /** Begins a request; nothing of it is sent before somebody writes or ends it. */
  begin(region: Region, asked: Asked): ClientRequest
  /** Whether a connection is there; false, and the request over, when none could be made. */
  reached(request: ClientRequest): Promise<boolean>
  askHealth: AskHealth
  close(): void
}

export function createWaysOut(clock: Clock): WaysOut {
  const options = { keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS_MAX, noDelay: true }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }

  const begin: WaysOut['begin'] = (region, { method, path, headers, isAlone = false }) => {
    const { protocol, hostname, port, pathname } = new URL(region.url)
    const isTls = protocol === 'https:'
    const send = isTls ? httpsRequest : httpRequest
    return send({
      // Of an IPv6 address without its brackets.
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      method,
      path: pathname === '/' ? path : pathname + path,
      headers,
      agent: isAlone ? false : agents[isTls ? 'https:' : 'http:'],
    })
  }

  const reached: WaysOut['reached'] = (request) =>
    new Promise((resolve) => {
      const tooLate = clock.after(CONNECTED_MS_MAX, () => request.destroy(new Error('no connection in time')))
      const settle = (isReached: boolean): void => {
        tooLate()
        resolve(isReached)
      }
      request.once('close', () => settle(false))
      request.once('error', () => settle(false))
      request.once('socket', (socket) => {
        if (!socket.connecting) return settle(true)
        socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => settle(true))
      })
    })

  const askHealth: AskHealth = async (region) => {
    const request = begin(region, { method: 'GET', path: '/health', headers: ['Host', hostOf(region)] })
    let isTooLate = false
    const tooLate = clock.after(HEALTH_MS_MAX, () => {
      isTooLate = true
      request.destroy()
    })
    request.end()
    const answer = await answered(request)
    answer?.resume()
    tooLate()
    if (answer !== null) return answer.statusCode === 200 ? 'well' : 'ill'
    return isTooLate ? 'silent' : 'ill'
  }

  return {
    begin,
    reached,
    askHealth,
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** What a region is called by those who ask it. */
export const hostOf = ({ url }: Region): string => new URL(url).host

/** The head of the answer; null when the connection broke before it. */
export const answered = (request: ClientRequest): Promise<IncomingMessage | null> =>
  new Promise((resolve) => {
    request.once('response', resolve)
    request.once('error', () => resolve(null))
    request.once('close', () => resolve(null))
  })
