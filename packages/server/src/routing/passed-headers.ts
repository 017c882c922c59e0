import type { IncomingMessage } from 'node:http'
import { plainAddress } from '../auth/addresses.ts'
import { REGION_HEADER } from '../edge/region-headers.ts'

/** Names and values in turn, as they are on the wire. */
type RawHeaders = string[]

/** What is between two neighbours and not passed on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Every header that is passed on, in the order and as often as it came. */
function endToEnd(rawHeaders: readonly string[], connection: string | undefined): [string, string][] {
  const named = new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  const passed: [string, string][] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    const lower = name.toLowerCase()
    // What frames the message is not the neighbour's to take away.
    if (HOP_BY_HOP.has(lower) || (named.has(lower) && lower !== 'content-length')) continue
    passed.push([name, rawHeaders[i + 1] ?? ''])
  }
  return passed
}

/** The headers of a request for a region: what came, the caller's address behind those that are named in it. */
export function requestHeaders(message: IncomingMessage, host: string): RawHeaders {
  const forwarded: string[] = []
  const headers = endToEnd(message.rawHeaders, message.headers.connection).filter(([name, value]) => {
    const lower = name.toLowerCase()
    if (lower === 'x-forwarded-for') forwarded.push(value)
    // An expectation of the caller's has been answered already.
    return lower !== 'x-forwarded-for' && lower !== 'host' && lower !== 'expect'
  })
  forwarded.push(plainAddress(message.socket.remoteAddress ?? null) ?? 'unknown')
  return ['Host', host, ...headers.flat(), 'X-Forwarded-For', forwarded.join(', '), ...bodyHeaders(message)]
}

/** How the body is framed, if there is one: as it came. */
function bodyHeaders({ headers, method = '' }: IncomingMessage): RawHeaders {
  if (headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked']
  const hasLength = headers['content-length'] !== undefined
  return hasLength || !['POST', 'PUT', 'PATCH'].includes(method) ? [] : ['Content-Length', '0']
}

/** The headers of a region's answer for the caller. A region whose nodes do not say which it is is named for them. */
export function answerHeaders(answer: IncomingMessage, region: string): RawHeaders {
  const headers = endToEnd(answer.rawHeaders, answer.headers.connection).flat()
  return answer.headers[REGION_HEADER] === undefined ? [...headers, REGION_HEADER, region] : headers
}
