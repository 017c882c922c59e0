import { codeOf } from '../failure.ts'
import type { BeginSpan } from '../observe.ts'
import type { Authenticate } from './authenticate.ts'
import type { Grant } from './grants.ts'

/** The same authentication, each a span. */
export function traced(authenticate: Authenticate, beginSpan: BeginSpan): Authenticate {
  return (credential, demand) => {
    const span = beginSpan('verify', {})
    const opened = (grant: Grant): Grant => {
      span.end({ 'kugelaudio.result': 'ACCEPTED' })
      return grant
    }
    const refused = (thrown: unknown): never => {
      span.end({ 'kugelaudio.result': codeOf(thrown) }, codeOf(thrown))
      throw thrown
    }
    try {
      const grant = span.within(() => authenticate(credential, demand))
      return grant instanceof Promise ? grant.then(opened, refused) : opened(grant)
    } catch (thrown) {
      return refused(thrown)
    }
  }
}
