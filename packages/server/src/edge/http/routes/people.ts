import type {
  FirstSignUp,
  PasswordBody,
  PersonChange,
  ProviderAnswer,
  SessionChange,
  Setup,
  SignIn,
  SignUp,
} from '@kugelaudio/contract'
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '@kugelaudio/contract'
import type { z } from 'zod'
import type { Elsewhere } from '../../../auth/people/elsewhere.ts'
import type { From } from '../../../auth/people/endpoints.ts'
import type { Person, SessionGrant } from '../../../auth/people/session-grants.ts'
import type { Sessions } from '../../../auth/people/sessions.ts'
import type { SignUps } from '../../../auth/people/sign-up.ts'
import type { People } from '../../../auth/people.ts'
import type { Throttle } from '../../../auth/throttle.ts'
import { Failure } from '../../../failure.ts'
import type { Call } from '../call.ts'
import { demandPatience } from '../patience.ts'
import { privateReply, type Reply, redirectReply } from '../reply.ts'
import type { Site } from '../site.ts'

type Parts = {
  people: People
  sessions: Sessions
  signUps: SignUps
  site: Site
  /** Accounts made from one network. */
  made: Throttle
  elsewhere: Elsewhere
  /** Sign-ins at a provider that one network begins or ends. */
  goes: Throttle
  setup: Pick<Setup, 'sign_up' | 'mail'>
}

/** Sign-up, sign-in and sessions. */
export const peopleRoutes = ({ people, sessions, signUps, site, made, elsewhere, goes, setup }: Parts) => {
  const fromOf = (call: Call): From => demandNoOtherPage(site, call)

  return {
    getSetup: async ({ message, address }: Call): Promise<Reply> => {
      const needed = (await signUps.setupCode()) !== null
      const code_required = needed && !site.isLocal(message, address)
      const password = { characters_min: PASSWORD_CHARACTERS_MIN, characters_max: PASSWORD_CHARACTERS_MAX }
      const { providers } = elsewhere
      return privateReply({ needed, code_required, ...setup, providers, password })
    },

    setUp: async (call: Call<FirstSignUp>): Promise<Reply> => {
      const { body, actor, message, address } = call
      const from = fromOf(call)
      demandPatience(made, address)
      await signUps.setUp(body, { isLocal: site.isLocal(message, address) }, actor)
      const { email, password } = body
      const { signedIn, cookies } = await people.signIn({ email, password, rememberMe: true }, from)
      return { ...privateReply(signedIn, 201), cookies }
    },

    signUp: async (call: Call<SignUp>): Promise<Reply> => {
      fromOf(call)
      demandPatience(made, call.address)
      return privateReply(await signUps.signUp(call.body, call.actor), 202)
    },

    signIn: async (call: Call<SignIn>): Promise<Reply> => {
      const { signedIn, cookies } = await people.signIn(call.body, fromOf(call))
      return { ...privateReply(signedIn), cookies }
    },

    signInElsewhere: async (call: Call): Promise<Reply> => {
      demandPatience(goes, call.address)
      return redirectReply(await elsewhere.begin(call.params['provider'] ?? '', fromOf(call)))
    },

    finishSignInElsewhere: async (call: Call<null, ProviderAnswer>): Promise<Reply> => {
      demandPatience(goes, call.address)
      const query = Object.fromEntries(Object.entries(call.query).filter(([, value]) => value !== undefined))
      return redirectReply(await elsewhere.finish(call.params['provider'] ?? '', query, fromOf(call)))
    },

    signOut: async (call: Call, { principal }: SessionGrant<Person>): Promise<Reply> => ({
      ...privateReply({ done: true }),
      cookies: await people.signOut(principal, fromOf(call)),
    }),

    getSession: async ({ address }: Call, { principal }: SessionGrant<Person>): Promise<Reply> =>
      privateReply({ ...(await sessions.view(principal)), address }),

    changeSession: async (
      { body }: Call<SessionChange>,
      { principal }: SessionGrant<Person>,
    ): Promise<Reply> => privateReply(await sessions.actFor(principal, body.account_id)),

    changePerson: async ({ body }: Call<PersonChange>, { principal }: SessionGrant<Person>): Promise<Reply> =>
      privateReply(await sessions.rename(principal, body.name)),

    confirmSession: async (
      { body }: Call<z.output<typeof PasswordBody>>,
      { principal }: SessionGrant<Person>,
    ): Promise<Reply> => privateReply(await sessions.confirm(principal, body.password)),
  }
}

/** Who asks. Programs have no origin; a page of another one must neither sign anybody in nor out. */
export function demandNoOtherPage(site: Site, { message, actor }: Call): From {
  const { origin, cookie } = message.headers
  if (origin !== undefined && !site.isOwn(origin, message))
    throw new Failure('FORBIDDEN', undefined, { cause: 'a page of another origin' })
  return {
    base: site.baseOf(message),
    origin: origin ?? null,
    cookie: cookie ?? null,
    actor,
  }
}
