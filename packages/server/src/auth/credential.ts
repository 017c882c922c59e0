/** What a caller presented: the text of a key or of a token. */
export type Credential =
  /** `region`: the only one that it is meant for. */
  | { kind: 'key'; text: string; region?: KeyRegion | null }
  | { kind: 'none' }
  /** A header that is not of the form `Bearer KEY`. */
  | { kind: 'malformed' }
  /** Two different values, or one header twice: nobody can say which one is meant. */
  | { kind: 'ambiguous' }

/** What of a request may hold a credential. */
export type Presented = {
  /** Header names and values in turn, as they came. */
  rawHeaders: readonly string[]
  /** The query of a socket's address; null over HTTP, where neither a URL nor a subprotocol may hold a credential. */
  query: URLSearchParams | null
  /** Lower-case name of a header that holds a key as `X-API-Key` does, where clients of another API send one. */
  keyHeader?: string | undefined
}

const BEARER = /^bearer +([^\s,]+)$/i
/** The subprotocol that a socket speaks, whatever the client offers beside it. */
export const SUBPROTOCOL = 'kugelaudio'
/** What a client offers beside it holds its credential: browsers can set nothing else but the URL. */
const SUBPROTOCOL_CREDENTIAL = /^kugelaudio-token\.(.*)$/
const REGION_PREFIX = /^(eu|us|global)-/

/** A region that a key can be meant for alone, by its prefix; `global-` means any. */
export type KeyRegion = 'eu' | 'us'

/**
 * Finds the one credential of a request: `Authorization: Bearer` or `X-API-Key`, or the route's own header; on a socket
 * also `?api_key=`, `?token=` or the subprotocol `kugelaudio-token.…`.
 */
export function readCredential(presented: Presented): Credential {
  const found: string[] = []
  let authorizations = 0
  let keyHeaders = 0
  let otherKeyHeaders = 0
  let offered = 0
  for (let i = 0; i < presented.rawHeaders.length; i += 2) {
    const name = presented.rawHeaders[i]?.toLowerCase()
    const value = presented.rawHeaders[i + 1] ?? ''
    if (name === 'authorization') {
      authorizations++
      const bearer = BEARER.exec(value.trim())?.[1]
      if (bearer === undefined) return { kind: 'malformed' }
      found.push(bearer)
    } else if (name === 'x-api-key') {
      keyHeaders++
      found.push(value.trim())
    } else if (name === presented.keyHeader) {
      otherKeyHeaders++
      found.push(value.trim())
    } else if (name === 'sec-websocket-protocol' && presented.query !== null) {
      for (const subprotocol of value.split(',')) {
        const text = SUBPROTOCOL_CREDENTIAL.exec(subprotocol.trim())?.[1]
        if (text === undefined) continue
        offered++
        found.push(text)
      }
    }
  }
  const queried = presented.query?.getAll('api_key') ?? []
  const tokens = presented.query?.getAll('token').filter((text) => text !== '') ?? []
  found.push(...queried, ...tokens)
  const times = [authorizations, keyHeaders, otherKeyHeaders, queried.length, tokens.length, offered]
  if (times.some((presentations) => presentations > 1)) return { kind: 'ambiguous' }
  const [first] = found
  if (first === undefined) return { kind: 'none' }
  if (found.some((text) => text !== first)) return { kind: 'ambiguous' }
  return { kind: 'key', text: withoutRegion(first), region: regionOf(first) }
}

/** The region that a key is meant for alone; null where any will do. */
export function regionOf(text: string): KeyRegion | null {
  const prefix = REGION_PREFIX.exec(text)?.[1]
  return prefix === 'eu' || prefix === 'us' ? prefix : null
}

/** A key without the region that a client may put before it to choose an endpoint. */
export const withoutRegion = (text: string): string => text.replace(REGION_PREFIX, '')
