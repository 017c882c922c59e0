import type { IncomingMessage } from 'node:http'
import { ROUTES, type Route, SOCKETS, type SocketAddress } from '@kugelaudio/contract'
import { regionOf } from '../auth/credential.ts'

const KEY_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  ...[...(Object.values(ROUTES) as Route[]), ...(Object.values(SOCKETS) as SocketAddress[])].flatMap(
    ({ keyHeader }) => keyHeader ?? [],
  ),
])
/** Stands before a token where a socket offers it as a subprotocol. */
const SUBPROTOCOL_CREDENTIAL = /^kugelaudio-token\./

/**
 * Regions that the keys and tokens of a request are meant for alone. It is the prefix that says so: nothing here knows
 * which keys there are. A text that no region would take for a key counts too, so that none is ever overlooked.
 */
export function pinsOf({
  rawHeaders,
  url = '',
}: Pick<IncomingMessage, 'rawHeaders' | 'url'>): ReadonlySet<string> {
  const texts: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    const words = (rawHeaders[i + 1] ?? '').split(/[\s,]+/)
    if (KEY_HEADERS.has(name)) texts.push(...words)
    else if (name === 'sec-websocket-protocol')
      texts.push(...words.map((word) => word.replace(SUBPROTOCOL_CREDENTIAL, '')))
  }
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  if (url.includes('?')) texts.push(...query.getAll('api_key'), ...query.getAll('token'))
  return new Set(texts.flatMap((text) => regionOf(text) ?? []))
}
