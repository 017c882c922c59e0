import { passkey } from '@better-auth/passkey'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import { betterAuth } from 'better-auth/minimal'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Clock } from '../../clock.ts'
import type { OidcProvider } from '../../config.ts'
import type { Log } from '../../log.ts'
import { SERVER } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import { membershipsOf } from '../../store/members.ts'
import { needsCode } from '../../store/users.ts'
import type { Passwords } from '../password.ts'
import { askedBy, keep } from './caught.ts'
import { type AskEndpoint, createAskEndpoint } from './endpoints.ts'
import type { WelcomeNewcomer } from './newcomers.ts'
import { ADDRESS_HEADER, BASE_PATH, OIDC_ID } from './paths.ts'
import { createRecords, type SessionsEnded } from './records.ts'
import { versionOf } from './secrets.ts'
import { COOKIE_PREFIX, type CookieSigning } from './session-cookie.ts'

/** NIST SP 800-63B-4, section 2.1.3, leaves this to us at the first level; a week is what dashboards have. */
const SESSION_SECONDS = 7 * 86_400

/** ASVS 6.5.5: what is proved by another way is proved within ten minutes. */
const LETTER_SECONDS = 600

const ID_PREFIXES: Record<string, string> = {
  user: 'usr',
  session: 'ses',
  account: 'cred',
  verification: 'ver',
  twoFactor: 'fac',
  passkey: 'psk',
}

export type BetterAuthParts = {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  log: Log
  passwords: Passwords
  sessionsEnded: SessionsEnded
  /** Their secrets sign cookies and encrypt second factors. */
  signing: CookieSigning
  /** Whether an address has to be confirmed before its person may sign in: where letters are sent. */
  mustVerifyEmail: boolean
  /** How long a link for a new password works; left out: ten minutes. */
  resetSeconds?: number
}

/** Where people may sign in instead. */
export type OidcParts = { provider: OidcProvider; welcome: WelcomeNewcomer }

/**
 * Better Auth as we use it: for people, never for keys and never for who is in which account. It takes some 300 ms to load,
 * so it is loaded when the first person comes.
 */
export function createBetterAuth(
  parts: BetterAuthParts,
  oidc: OidcParts | null = null,
): {
  handler: (request: Request) => Promise<Response>
} {
  const { database, clock, randomBytes, log, passwords } = parts
  return betterAuth({
    appName: 'KugelAudio',
    secrets: parts.signing.secrets.map((value) => ({ version: versionOf(value), value })),
    basePath: BASE_PATH,
    database: createRecords(database, parts.sessionsEnded),
    // Whoever asks has been checked before: one rule for every route.
    trustedOrigins: (request) => [request?.headers.get('origin') ?? ''],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    onAPIError: { throw: true },
    logger: {
      level: 'error',
      // What it says besides its message may be anything.
      log: (level, message) => log[level === 'error' ? 'error' : 'debug']({ from: 'better-auth' }, message),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1,
      maxPasswordLength: 1_000,
      requireEmailVerification: parts.mustVerifyEmail,
      sendResetPassword: async ({ token }) => keep({ token }),
      onPasswordReset: async ({ user }) => keep({ email: user.email }),
      resetPasswordTokenExpiresIn: parts.resetSeconds ?? LETTER_SECONDS,
      revokeSessionsOnPasswordReset: true,
      password: {
        hash: passwords.hash,
        verify: ({ hash, password }) => passwords.matches(password, hash),
      },
    },
    emailVerification: {
      sendVerificationEmail: async ({ token }) => keep({ token }),
      expiresIn: LETTER_SECONDS,
    },
    plugins: [
      twoFactor({ issuer: 'KugelAudio', allowPasswordless: true }),
      passkey({ rpName: 'KugelAudio', schema: { passkey: { fields: { credentialID: 'credentialId' } } } }),
      ...(oidc === null ? [] : [genericOAuth({ config: [oidcConfig(oidc)] })]),
    ],
    session: {
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      // How fresh a sign-in must be is for our routes to say.
      freshAge: 0,
      additionalFields: {
        authenticatedAt: { type: 'date', required: false, input: false },
        activeAccountId: { type: 'string', required: false, input: false },
      },
    },
    verification: { storeIdentifier: 'hashed' },
    account: { updateAccountOnSignIn: false },
    databaseHooks: {
      account: {
        create: {
          // What a provider gave to us opens nothing that we need.
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
      session: {
        create: {
          before: async (session, asked) => {
            if (oidc !== null && (await needsCode(database.query, session.userId))) {
              keep({ reason: 'second_factor_required' })
              return false
            }
            const [first] = await membershipsOf(database.query, session.userId)
            // A session that takes the place of another, as after a new password, acts for the same account.
            const earlier: Record<string, unknown> | undefined = asked?.context.session?.session
            const isSamePerson = earlier?.['userId'] === session.userId
            const nowMs = clock.nowMs()
            return {
              data: {
                ...session,
                // By our clock, for as long as Better Auth says.
                expiresAt: new Date(nowMs + session.expiresAt.getTime() - session.createdAt.getTime()),
                authenticatedAt: session['authenticatedAt'] ?? new Date(nowMs),
                activeAccountId:
                  session['activeAccountId'] ??
                  (isSamePerson ? earlier?.['activeAccountId'] : null) ??
                  first?.accountId ??
                  null,
              },
            }
          },
        },
      },
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: parts.signing.isSecure,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: {
        generateId: ({ model }) => `${ID_PREFIXES[model] ?? 'rec'}_${randomBase62(20, randomBytes)}`,
      },
    },
  })
}

/** Asks the endpoints of a Better Auth for sign-in elsewhere. */
export async function oidcAsker(parts: BetterAuthParts, oidc: OidcParts): Promise<AskEndpoint> {
  const { handler } = createBetterAuth(parts, oidc)
  return createAskEndpoint({ load: async () => handler, signing: parts.signing })
}

/** PKCE, a nonce, and identity tokens that are verified by the keys of the provider, or nobody comes in. */
const oidcConfig = ({ provider, welcome }: OidcParts) => ({
  providerId: OIDC_ID,
  name: provider.name,
  discoveryUrl: `${provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  scopes: ['openid', 'email', 'profile'],
  pkce: true,
  requireIdTokenVerification: true,
  disableSignUp: true,
  mapProfileToUser: async (profile: Record<string, unknown>) => {
    const reason = await welcome(profile, askedBy() ?? SERVER)
    if (reason !== null) keep({ reason })
    return { emailVerified: reason !== 'email_not_verified' }
  },
})
