import { Email } from '@kugelaudio/contract'
import { createAccounts } from '../accounts/accounts.ts'
import { createInvitations } from '../accounts/invitations.ts'
import { createMembers } from '../accounts/members.ts'
import type { Plans } from '../accounts/plans.ts'
import { ABUSE_LIMITS } from '../auth/abuse-limits.ts'
import { createGrowingWaits } from '../auth/growing-waits.ts'
import { createPasswords } from '../auth/password.ts'
import { createElsewhere } from '../auth/people/elsewhere.ts'
import { createCreateInvited } from '../auth/people/invited.ts'
import { createLetters } from '../auth/people/letters.ts'
import { createWelcomeNewcomer } from '../auth/people/newcomers.ts'
import { createOpenedSessions } from '../auth/people/opened-sessions.ts'
import { createPasskeys } from '../auth/people/passkeys.ts'
import { resealFactors } from '../auth/people/sealed-factors.ts'
import { peopleSecrets } from '../auth/people/secrets.ts'
import type { OpenSessions } from '../auth/people/session-grants.ts'
import { createSessions } from '../auth/people/sessions.ts'
import { createSignUps } from '../auth/people/sign-up.ts'
import { createPeople } from '../auth/people.ts'
import { createTally, createThrottle } from '../auth/throttle.ts'
import { type Config, oidcProviderOf } from '../config.ts'
import type { Call } from '../edge/http/call.ts'
import { memberRoutes } from '../edge/http/routes/members.ts'
import { demandNoOtherPage, peopleRoutes } from '../edge/http/routes/people.ts'
import { signInRoutes } from '../edge/http/routes/sign-in.ts'
import { createSite } from '../edge/http/site.ts'
import { Failure } from '../failure.ts'
import type { SendMail } from '../keys/expiry-notices.ts'
import type { Revocation } from '../keys/revocation.ts'
import type { Tokens } from '../keys/tokens.ts'
import { createLog, type Log, standardOutput } from '../log.ts'
import type { Secrets } from '../secret.ts'
import { OPERATOR } from '../store/audit-log.ts'
import type { Database } from '../store/database.ts'
import type { World } from './world.ts'

type Parts = {
  config: Config
  log: Log
  database: Database
  secrets: Secrets
  plans: Plans
  revocation: Revocation
  tokens: Pick<Tokens, 'endWithSessions'>
  open: OpenSessions
  sendMail: SendMail | null
  /** Where our pages are. */
  base: () => string
}

/** Everything about people: sign-up, sign-in, sessions, members, invitations. */
export function composePeople(parts: Parts, world: World) {
  const { config, log, database, plans, revocation, open, sendMail } = parts
  const { clock, randomBytes, hashedPassword, passwordN } = world
  const limits = { ...ABUSE_LIMITS, ...world.abuseLimits }
  const perMinute = (count: number) => createTally({ clock, perMinute: count })
  const passwords = createPasswords({ randomBytes, worked: hashedPassword, N: passwordN })
  const secrets = peopleSecrets(parts.secrets)
  const signing = { secrets, isSecure: config.publicUrl?.startsWith('https:') === true }
  const ofEmail = createGrowingWaits({ clock, free: limits.addressFailures })
  const site = createSite(config.publicUrl)
  const invitations = createInvitations({ database, clock, randomBytes, log, sendMail })
  const { defaultPlan } = config
  const accounts = createAccounts({ database, clock, randomBytes, revocation, passwords, plans, defaultPlan })
  const sessions = createSessions({
    database,
    clock,
    open,
    passwords,
    invitations,
    sessionsEnded: parts.tokens.endWithSessions,
    failures: ofEmail,
    signing,
  })
  const betterAuth = {
    database,
    clock,
    randomBytes,
    log,
    passwords,
    sessionsEnded: parts.tokens.endWithSessions,
    signing,
    mustVerifyEmail: sendMail !== null,
  }
  const elsewhere = createElsewhere({
    ...betterAuth,
    provider: oidcProviderOf(config),
    welcome: createWelcomeNewcomer({ database, clock, randomBytes, accounts, mode: config.signUp }),
    opened: createOpenedSessions({ database, clock, signing }),
  })
  const goes = createThrottle({ clock, perMinute: limits.providerStepsPerMinute })
  const people = createPeople({
    ...betterAuth,
    failures: { ofNetwork: perMinute(limits.signInFailuresPerMinute), ofEmail },
  })
  const letters = createLetters({ log, sendMail, base: parts.base, tokenFor: people.tokenFor })
  const signUps = createSignUps({
    database,
    clock,
    randomBytes,
    accounts,
    invitations,
    letters,
    createInvited: createCreateInvited({ database, clock, randomBytes, passwords, invitations }),
    mode: config.signUp,
  })
  const made = createThrottle({ clock, perMinute: limits.signUpsPerMinute })
  const asked = createThrottle({ clock, perMinute: limits.lettersPerMinute })
  const passkeys = createPasskeys({ database, clock })
  const fromOf = (call: Call) => demandNoOtherPage(site, call)
  const setup = { sign_up: config.signUp, mail: sendMail !== null }
  const members = createMembers({ database, clock, revocation })
  return {
    accounts,
    sessions,
    setupCode: signUps.setupCode,
    resealFactors: () => resealFactors({ database, secrets }),
    letters,
    site,
    requests: perMinute(limits.personRequestsPerMinute),
    routes: {
      ...peopleRoutes({ people, sessions, signUps, site, made, elsewhere, goes, setup }),
      ...signInRoutes({ people, passkeys, letters, asked, fromOf }),
      ...memberRoutes({ members, invitations, sessions, site }),
    },
  }
}

/** An operator hands a link over by other ways than mail; that may take a day. */
const LINK_SECONDS = 86_400

/** A link by which a person chooses a new password, for the operator to hand over. Throws `NOT_FOUND`. */
export const createResetLink =
  (parts: { config: Config; database: Database; secrets: Secrets } & Pick<World, 'clock' | 'randomBytes'>) =>
  async (email: string): Promise<{ url: string; expires_at: string }> => {
    const { config, database, clock, randomBytes } = parts
    const unlimited = createTally({ clock, perMinute: Number.MAX_SAFE_INTEGER })
    const people = createPeople({
      database,
      clock,
      randomBytes,
      log: createLog('silent', standardOutput()),
      passwords: createPasswords({ randomBytes }),
      // A link ends no session; who uses it does, at the server.
      sessionsEnded: async () => {},
      signing: { secrets: peopleSecrets(parts.secrets), isSecure: true },
      mustVerifyEmail: false,
      resetSeconds: LINK_SECONDS,
      failures: { ofNetwork: unlimited, ofEmail: { ...unlimited, forget: () => {} } },
    })
    const token = await people.tokenFor('reset', Email.parse(email), OPERATOR)
    if (token === null) throw new Failure('NOT_FOUND', 'Nobody has this address')
    const base = config.publicUrl ?? `http://${config.host}:${config.port}`
    const expiresAt = new Date(clock.nowMs() + LINK_SECONDS * 1000).toISOString()
    return { url: `${base}/dashboard/reset#${token}`, expires_at: expiresAt }
  }
