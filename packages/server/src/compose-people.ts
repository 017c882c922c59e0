import { createAccounts } from './accounts/accounts.ts'
import { createInvitations } from './accounts/invitations.ts'
import { createMembers } from './accounts/members.ts'
import type { Plans } from './accounts/plans.ts'
import { ABUSE_LIMITS } from './auth/abuse-limits.ts'
import { createPasswords } from './auth/password.ts'
import { createCreateInvited } from './auth/people/invited.ts'
import type { OpenSessions } from './auth/people/session-grants.ts'
import { createSessions } from './auth/people/sessions.ts'
import { createSignUps } from './auth/people/sign-up.ts'
import { createPeople, peopleSecret } from './auth/people.ts'
import { createTally, createThrottle } from './auth/throttle.ts'
import type { World } from './compose.ts'
import type { Config } from './config.ts'
import { memberRoutes } from './edge/http/routes/members.ts'
import { peopleRoutes } from './edge/http/routes/people.ts'
import { createSite } from './edge/http/site.ts'
import type { SendMail } from './keys/expiry-notices.ts'
import type { Revocation } from './keys/revocation.ts'
import type { Log } from './log.ts'
import type { Database } from './store/database.ts'

type Parts = {
  config: Config
  log: Log
  database: Database
  /** The server's own. */
  secret: string
  plans: Plans
  revocation: Revocation
  open: OpenSessions
  sendMail: SendMail | null
}

/** Everything about people: sign-up, sign-in, sessions, members, invitations. */
export function composePeople(parts: Parts, world: World) {
  const { config, log, database, plans, revocation, open, sendMail } = parts
  const { clock, randomBytes, hashedPassword } = world
  const limits = { ...ABUSE_LIMITS, ...world.abuseLimits }
  const perMinute = (count: number) => createTally({ clock, perMinute: count })
  const passwords = createPasswords({ randomBytes, worked: hashedPassword })
  const secret = peopleSecret(parts.secret)
  const isSecure = config.publicUrl?.startsWith('https:') === true
  const ofEmail = perMinute(limits.addressFailuresPerMinute)
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
    failures: ofEmail,
    cookie: { isSecure, secret },
  })
  const signUps = createSignUps({
    database,
    clock,
    randomBytes,
    accounts,
    invitations,
    createInvited: createCreateInvited({ database, clock, randomBytes, passwords, invitations }),
    mode: config.signUp,
  })
  const people = createPeople({
    database,
    clock,
    randomBytes,
    log,
    passwords,
    secret,
    secureCookies: isSecure,
    failures: { ofNetwork: perMinute(limits.signInFailuresPerMinute), ofEmail },
  })
  const made = createThrottle({ clock, perMinute: limits.signUpsPerMinute })
  const setup = { sign_up: config.signUp, mail: sendMail !== null, providers: [] }
  const members = createMembers({ database, clock, revocation })
  return {
    sessions,
    setupCode: signUps.setupCode,
    site,
    requests: perMinute(limits.personRequestsPerMinute),
    routes: {
      ...peopleRoutes({ people, sessions, signUps, site, made, setup }),
      ...memberRoutes({ members, invitations, sessions, site }),
    },
  }
}
