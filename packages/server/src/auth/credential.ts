/** What a caller presented. */
export type Credential =
  | { kind: 'key'; text: string }
  | { kind: 'none' }
  /** A header that is not of the form `Bearer KEY`. */
  | { kind: 'malformed' }
  /** Two different values, or one header twice: nobody can say which one is meant. */
  | { kind: 'ambiguous' }

/** What of a request may hold a credential. */
export type Presented = {
  /** Header names and values in turn, as they came. */
  rawHeaders: readonly string[]
  /** The query of a socket's address; null over HTTP, where a key in a URL is not accepted. */
  query: URLSearchParams | null
}

const BEARER = /^bearer +([^\s,]+)$/i
const REGION_PREFIX = /^(?:eu|us|global)-/

/** Finds the one credential of a request: `Authorization: Bearer`, `X-API-Key`, or `?api_key=` on a socket. */
export function readCredential(presented: Presented): Credential {
  const found: string[] = []
  let authorizations = 0
  let keyHeaders = 0
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
    }
  }
  const queried = presented.query?.getAll('api_key') ?? []
  found.push(...queried)
  if (authorizations > 1 || keyHeaders > 1 || queried.length > 1) return { kind: 'ambiguous' }
  const [first] = found
  if (first === undefined) return { kind: 'none' }
  if (found.some((text) => text !== first)) return { kind: 'ambiguous' }
  return { kind: 'key', text: first.replace(REGION_PREFIX, '') }
}
