import type { SignInProvider } from '@kugelaudio/contract'
import type { OidcProvider } from '../../config.ts'
import { Failure } from '../../failure.ts'
import type { BetterAuthParts } from './better-auth.ts'
import { catching } from './caught.ts'
import type { Answered, AskEndpoint, From } from './endpoints.ts'
import type { WelcomeNewcomer } from './newcomers.ts'
import type { OpenedSessions } from './opened-sessions.ts'
import { OIDC_ID } from './paths.ts'

/** Longest a provider may take for all that it is asked in one step. */
const PROVIDER_MS_MAX = 10_000

/** Where a browser goes next, and the cookies that it takes along. */
export type Onward = { location: string; cookies: readonly string[] }

/** Sign-in at a provider (OpenID Connect). What goes wrong is said by the page that it was begun on: `?error=…`. */
export type Elsewhere = {
  readonly providers: readonly SignInProvider[]
  /** Throws `NOT_FOUND`. */
  begin(provider: string, from: From): Promise<Onward>
  /** With what the provider has sent the browser back with. Throws `NOT_FOUND`. */
  finish(provider: string, query: Record<string, string>, from: From): Promise<Onward>
}

type Parts = BetterAuthParts & {
  provider: OidcProvider | null
  welcome: WelcomeNewcomer
  opened: OpenedSessions
}

/**
 * It has a Better Auth of its own, made with the first sign-in: only then is the provider asked for its endpoints, and whoever
 * signs in with a password does not wait for one that does not answer.
 */
export function createElsewhere(parts: Parts): Elsewhere {
  const { provider, welcome, clock, opened, log } = parts
  let loaded: Promise<AskEndpoint> | undefined

  const ask: AskEndpoint = async (asked, from) => {
    if (provider === null) throw new Failure('NOT_FOUND', 'No such provider')
    loaded ??= import('./better-auth.ts').then(({ oidcAsker }) => oidcAsker(parts, { provider, welcome }))
    const asking = loaded
    let cancel = (): void => {}
    const impatience = new Promise<never>((_, reject) => {
      cancel = clock.after(PROVIDER_MS_MAX, () => reject(new Error('The provider takes too long')))
    })
    try {
      return await Promise.race([asking.then((ready) => ready(asked, from)), impatience])
    } catch (error) {
      // Where it could not be asked for its endpoints, it is asked again the next time.
      loaded = undefined
      throw error
    } finally {
      cancel()
    }
  }

  const demandKnown = (id: string): void => {
    if (provider === null || id !== OIDC_ID) throw new Failure('NOT_FOUND', 'No such provider')
  }

  const troubled = (err: unknown): Onward => {
    log.warn({ err }, 'sign-in at the provider failed')
    return failed('provider_unreachable')
  }

  return {
    providers: provider === null ? [] : [{ id: OIDC_ID, name: provider.name }],

    async begin(id, from) {
      demandKnown(id)
      const body = { provider: OIDC_ID, callbackURL: HOME, errorCallbackURL: SIGN_IN_PAGE }
      try {
        const answered = await ask({ method: 'POST', path: '/sign-in/social', body }, from)
        return onwardOf(answered)
      } catch (error) {
        return troubled(error)
      }
    },

    async finish(id, query, from) {
      demandKnown(id)
      let answered: Answered | undefined
      try {
        const { reason } = await catching(async () => {
          answered = await ask({ method: 'GET', path: `/callback/${OIDC_ID}`, query }, from)
        }, from.actor)
        if (answered === undefined) return failed('provider_unreachable')
        if (await opened.record(answered, 'provider', from)) return onwardOf(answered)
        return failed(reason ?? errorIn(answered.location))
      } catch (error) {
        return troubled(error)
      }
    },
  }
}

const HOME = '/dashboard'
const SIGN_IN_PAGE = '/dashboard/sign-in'

const failed = (reason: string): Onward => ({ location: `${SIGN_IN_PAGE}?error=${reason}`, cookies: [] })

/** Only words: a provider may say anything, and our page repeats none of it. */
const errorIn = (location: string | null): string => {
  const said = URL.parse(location ?? '', 'http://localhost')?.searchParams.get('error') ?? ''
  return /^[a-z_]{1,40}$/.test(said) ? said : 'sign_in_failed'
}

function onwardOf({ location, body, cookies }: Answered): Onward {
  const url = location ?? (body as { url?: string } | null)?.url
  if (url === undefined) throw new Error('Better Auth names no place to go to')
  return { location: url, cookies }
}
