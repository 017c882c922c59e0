import type { SignedIn, SignIn } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'
import { SERVER } from '../store/audit-log.ts'
import { knownAddresses } from '../store/sessions.ts'
import { findUserByEmail } from '../store/users.ts'
import { networkOf } from './addresses.ts'
import type { GrowingWaits } from './growing-waits.ts'
import type { BetterAuthParts } from './people/better-auth.ts'
import { catching } from './people/caught.ts'
import { demandFirstUse } from './people/codes.ts'
import {
  type Answered,
  type AskEndpoint,
  type Asked,
  createAskEndpoint,
  type From,
} from './people/endpoints.ts'
import type { TokenFor } from './people/letters.ts'
import { createOpenedSessions, memberActor } from './people/opened-sessions.ts'
import { createRecordPersonEvent, type PersonAction } from './people/person-events.ts'
import type { Person } from './people/session-grants.ts'
import type { Tally } from './throttle.ts'

/** What came of signing in, and the cookies that say so. */
export type SignInAnswer = { signedIn: SignedIn; cookies: string[] }

/** People who sign in. The one door to Better Auth; keys and who is in which account are no business of its. */
export type People = {
  /** Throws `SIGN_IN_FAILED`, `RATE_LIMITED`. */
  signIn(wish: SignIn, from: From): Promise<SignInAnswer>
  /** The second step of a sign-in, or the first code of a new app. Each code works once. Throws `SIGN_IN_FAILED`. */
  verifyCode(code: string, from: From): Promise<Answered>
  /** Any other way to sign in. Throws `SIGN_IN_FAILED`. */
  signInBy(way: 'recovery code' | 'passkey', asked: Asked, from: From): Promise<Answered>
  /** With the token of a link; ends all sessions of the person. */
  resetPassword(body: { token: string; newPassword: string }, from: From): Promise<Answered>
  /** What a person changes about how they sign in. */
  change(action: PersonAction, person: Person, asked: Asked, from: From): Promise<Answered>
  /** Any other endpoint; which, the routes of the contract say. */
  ask: AskEndpoint
  tokenFor: TokenFor
  /** Ends the session of the cookie; returns the cookies that take it away. */
  signOut(person: Person, from: From): Promise<string[]>
}

export function createPeople(
  parts: BetterAuthParts & {
    /** Failed sign-ins of one network, and with one address. */
    failures: { ofNetwork: Tally; ofEmail: GrowingWaits }
  },
): People {
  const { database, clock, signing } = parts
  const { ofNetwork, ofEmail } = parts.failures
  let loading: Promise<(request: Request) => Promise<Response>> | undefined
  const load = (): Promise<(request: Request) => Promise<Response>> => {
    loading ??= import('./people/better-auth.ts').then(
      ({ createBetterAuth }) => createBetterAuth(parts).handler,
    )
    return loading
  }
  const ask = createAskEndpoint({ load, signing })
  const record = createRecordPersonEvent({ database, clock })
  const opened = createOpenedSessions({ database, clock, signing })

  /** Whoever tries passwords for an address must not keep its person out, who comes from where they came from before. */
  const isKnown = async (email: string, network: string): Promise<boolean> =>
    (await knownAddresses(database.query, email)).some((address) => networkOf(address) === network)

  /** Who is refused, for the audit log of the account, whose members know each other; nobody else hears of it. */
  const refusedOf = async (email: string, reason: string) => {
    const user = await findUserByEmail(database.query, email)
    const whom = user === null ? {} : { userId: user.userId }
    return { reason, keyId: null, accountId: user?.accountId ?? null, ...whom }
  }

  const change: People['change'] = async (action, { userId, accountId }, asked, from) => {
    const answered = await ask(asked, from)
    await record({ action, actor: from.actor, accountId, target: userId })
    return answered
  }

  return {
    async signIn({ email, password, rememberMe }, from) {
      const network = networkOf(from.actor.address)
      const ofNetworkS = ofNetwork.wait(network)
      if (ofNetworkS !== null) throw tooMany(ofNetworkS)
      const isStranger = !(await isKnown(email, network))
      const waitS = isStranger ? ofEmail.wait(email) : null
      if (waitS !== null) throw tooMany(waitS, await refusedOf(email, 'too many attempts'))
      try {
        const body = { email, password, rememberMe }
        const answered = await ask({ method: 'POST', path: '/sign-in/email', body }, from)
        const answer = signInAnswer(answered)
        if (isStranger) ofEmail.forget(email)
        if (answer.signedIn.signed_in) await opened.record(answered, 'password', from)
        return answer
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'SIGN_IN_FAILED')) throw error
        ofNetwork.hit(network)
        if (isStranger) ofEmail.hit(email)
        const refused = await refusedOf(email, String(error.cause))
        throw new Failure(error.code, error.message, { cause: error.cause, refused })
      }
    },

    async verifyCode(code, from) {
      const before = await opened.ofCookies(from.cookie ?? '')
      const answered = await ask({ method: 'POST', path: '/two-factor/verify-totp', body: { code } }, from)
      await demandFirstUse(parts, { code, answered })
      if (before === null) await opened.record(answered, 'one-time code', from)
      else if (before.two_factor_enabled === 0) {
        const { user_id: target, active_account_id: accountId } = before
        await record({
          action: 'second_factor.added',
          actor: memberActor(from.actor, target),
          accountId,
          target,
        })
      }
      return answered
    },

    async signInBy(way, asked, from) {
      const answered = await ask(asked, from)
      await opened.record(answered, way, from)
      return answered
    },

    async resetPassword(body, from) {
      let answered: Answered | undefined
      const { email } = await catching(async () => {
        answered = await ask({ method: 'POST', path: '/reset-password', body }, from)
      })
      const user = email === null ? null : await findUserByEmail(database.query, email)
      if (answered === undefined || email === null || user === null)
        throw new Failure('INTERNAL_ERROR', undefined, {
          cause: new Error('Better Auth reset nobody’s password'),
        })
      // Whoever can read the letter is the person: guesses of others do not keep them waiting.
      ofEmail.forget(email)
      const { accountId, userId: target } = user
      await record({ action: 'password.reset', actor: from.actor, accountId, target })
      return answered
    },

    change,
    ask,

    async tokenFor(purpose, email, actor) {
      const asked = { method: 'POST', path: LETTER_PATHS[purpose], body: { email } } as const
      const { token } = await catching(() => ask(asked, SELF))
      const user = token === null || actor === null ? null : await findUserByEmail(database.query, email)
      if (user !== null && actor !== null)
        await record({
          action: 'password.reset_asked',
          actor,
          accountId: user.accountId,
          target: user.userId,
        })
      return token
    },

    async signOut(person, from) {
      const { cookies } = await ask({ method: 'POST', path: '/sign-out', body: {} }, from)
      const { accountId, sessionId: target } = person
      await record({ action: 'session.ended', actor: from.actor, accountId, target })
      return cookies
    },
  }
}

const LETTER_PATHS = { reset: '/request-password-reset', verify: '/send-verification-email' } as const
/** Asked by the server itself. */
const SELF: From = { base: 'http://localhost', cookie: null, origin: null, actor: SERVER }

const tooMany = (retryAfterS: number, refused?: Failure['refused']): Failure =>
  new Failure('RATE_LIMITED', 'Too many attempts', { retryAfterS, ...(refused ? { refused } : {}) })

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
