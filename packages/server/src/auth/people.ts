import type { SignedIn, SignIn } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'
import { knownAddresses } from '../store/sessions.ts'
import { networkOf } from './addresses.ts'
import type { BetterAuthParts } from './people/better-auth.ts'
import { catchToken } from './people/caught-token.ts'
import { demandFirstUse } from './people/codes.ts'
import { type Answered, type AskEndpoint, createAskEndpoint, type From } from './people/endpoints.ts'
import type { Tally } from './throttle.ts'

/** What came of signing in, and the cookies that say so. */
export type SignInAnswer = { signedIn: SignedIn; cookies: string[] }

/** People who sign in. The one door to Better Auth; keys and who is in which account are no business of its. */
export type People = {
  /** Throws `SIGN_IN_FAILED`, `RATE_LIMITED`. */
  signIn(wish: SignIn, from: From): Promise<SignInAnswer>
  /** The second step of a sign-in. Each code works once. Throws `SIGN_IN_FAILED`. */
  verifyCode(code: string, from: From): Promise<Answered>
  /** Any other endpoint; which, the routes of the contract say. */
  ask: AskEndpoint
  /** A token for a letter or a link; null for an address without an account. */
  tokenFor(purpose: 'reset' | 'verify', email: string): Promise<string | null>
  /** Ends the session of the cookie; returns the cookies that take it away. */
  signOut(from: From): Promise<string[]>
}

export function createPeople(
  parts: BetterAuthParts & {
    /** Failed sign-ins of one network, and with one address. */
    failures: { ofNetwork: Tally; ofEmail: Tally }
  },
): People {
  let loading: Promise<(request: Request) => Promise<Response>> | undefined
  const load = (): Promise<(request: Request) => Promise<Response>> => {
    loading ??= import('./people/better-auth.ts').then(
      ({ createBetterAuth }) => createBetterAuth(parts).handler,
    )
    return loading
  }
  const ask = createAskEndpoint({ load, signing: parts.signing })
  const { ofNetwork, ofEmail } = parts.failures

  /** Whoever tries passwords for an address must not keep its person out, who comes from where they came from before. */
  const waitOfStranger = async (email: string, network: string): Promise<number | null> => {
    const waitS = ofEmail.wait(email)
    if (waitS === null) return null
    const known = await knownAddresses(parts.database.query, email)
    return known.some((address) => networkOf(address) === network) ? null : waitS
  }

  return {
    async signIn({ email, password, rememberMe }, from) {
      const network = networkOf(from.address)
      const waitS = ofNetwork.wait(network) ?? (await waitOfStranger(email, network))
      if (waitS !== null) throw new Failure('RATE_LIMITED', 'Too many attempts', { retryAfterS: waitS })
      try {
        const body = { email, password, rememberMe }
        return signInAnswer(await ask({ method: 'POST', path: '/sign-in/email', body }, from))
      } catch (error) {
        if (error instanceof Failure && error.code === 'SIGN_IN_FAILED') {
          ofNetwork.hit(network)
          ofEmail.hit(email)
        }
        throw error
      }
    },

    async verifyCode(code, from) {
      const answered = await ask({ method: 'POST', path: '/two-factor/verify-totp', body: { code } }, from)
      await demandFirstUse(parts, { code, answered })
      return answered
    },

    ask,

    tokenFor: (purpose, email) =>
      catchToken(() => ask({ method: 'POST', path: LETTER_PATHS[purpose], body: { email } }, NOBODY)),

    async signOut(from) {
      return (await ask({ method: 'POST', path: '/sign-out', body: {} }, from)).cookies
    },
  }
}

const LETTER_PATHS = { reset: '/request-password-reset', verify: '/send-verification-email' } as const
/** Asked by the server itself. */
const NOBODY: From = { base: 'http://localhost', cookie: null, origin: null, address: null, agent: null }

/** Nobody is taken for signed in whom no session cookie says so of. */
function signInAnswer({ body, cookies }: Answered): SignInAnswer {
  const { twoFactorRedirect, twoFactorMethods = [] } = (body ?? {}) as {
    twoFactorRedirect?: boolean
    twoFactorMethods?: string[]
  }
  if (twoFactorRedirect === true)
    return { signedIn: { signed_in: false, second_factor: twoFactorMethods }, cookies }
  if (!cookies.some((cookie) => cookie.includes('.session_token=')))
    throw new Failure('INTERNAL_ERROR', undefined, { cause: new Error('Better Auth set no session cookie') })
  return { signedIn: { signed_in: true }, cookies }
}
