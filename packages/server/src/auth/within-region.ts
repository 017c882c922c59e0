import type { Region } from '../config.ts'
import { Failure } from '../failure.ts'
import type { Authenticate } from './authenticate.ts'

/** The region a node is in, null where it is in none, and the addresses of all that it knows. */
export type OwnRegion = { region: string | null; regions: readonly Region[] }

/**
 * The same authentication for a node of a region. What is sent with a key that is prefixed with another region must not
 * be dealt with here: nothing is looked up, and nothing of the request is read. Throws `MISDIRECTED_REQUEST`.
 */
export function withinRegion(authenticate: Authenticate, { region, regions }: OwnRegion): Authenticate {
  if (region === null) return authenticate
  return (credential, demand) => {
    const wanted = credential.kind === 'key' ? (credential.region ?? region) : region
    if (wanted === region) return authenticate(credential, demand)
    const url = regions.find(({ name }) => name === wanted)?.url
    const where = url === undefined ? 'ask the operator for its address' : `use ${url}`
    throw new Failure(
      'MISDIRECTED_REQUEST',
      `This key is for the region ${wanted}, and this is ${region}: ${where}`,
    )
  }
}
