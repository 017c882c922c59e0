import type { createAppRouter } from '../../src/app/router.tsx'
import { KEY_TABS } from '../../src/pages/key/tabs.ts'
import type { Showcase } from './showcase.ts'

type Address = keyof ReturnType<typeof createAppRouter>['routesByPath']
/** These lead to the first of their pages; nothing is drawn under them. */
type Leading = '/settings' | '/settings/' | '/operator' | '/operator/'
/** Every page of the router. One that is new does not compile until it is told below how it is opened. */
export type PagePath = Exclude<Address, Leading>

/** How a page is opened. */
export type Opened = {
  /** A person whose account has something on every page, somebody not signed in, or the first one on an empty server. */
  by: 'person' | 'nobody' | 'first'
  /** Under `/dashboard`: its states that are an address each. */
  at: readonly string[]
}

const byPerson = (...at: string[]): Opened => ({ by: 'person', at })
const byNobody = (...at: string[]): Opened => ({ by: 'nobody', at })

/** The one list of all pages, with what the showcase has on them. */
export function pagesOf(shown: Showcase): Record<PagePath, Opened> {
  const { keys, voice, dictionary, webhook, account, invitation } = shown
  const [key = '', rotated = ''] = keys.map(({ id }) => `/settings/api-keys/${id}`)
  return {
    '/setup': { by: 'first', at: ['/setup'] },
    '/sign-in': byNobody('/sign-in'),
    '/sign-up': byNobody('/sign-up'),
    '/reset': byNobody('/reset', '/reset#out-of-a-letter'),
    '/verify': byNobody('/verify', '/verify#out-of-a-letter'),
    '/invite/$id': byNobody(invitation),
    '/': byPerson('/'),
    '/playground': byPerson('/playground'),
    '/voices': byPerson('/voices'),
    '/voices/$id': byPerson(`/voices/${voice}`),
    '/dictionaries': byPerson('/dictionaries'),
    '/dictionaries/$id': byPerson(`/dictionaries/${dictionary}`),
    '/usage': byPerson('/usage?by=key&compare=true', '/usage?by=key&range=24h&table=true'),
    '/settings/api-keys': byPerson('/settings/api-keys'),
    '/settings/api-keys/$id': byPerson(...KEY_TABS.map((tab) => `${key}?tab=${tab}`), rotated),
    '/settings/members': byPerson('/settings/members'),
    '/settings/plan': byPerson('/settings/plan'),
    '/settings/webhooks': byPerson('/settings/webhooks'),
    '/settings/webhooks/$id': byPerson(`/settings/webhooks/${webhook}`),
    '/settings/audit': byPerson('/settings/audit'),
    '/profile': byPerson('/profile'),
    '/profile/security': byPerson('/profile/security'),
    '/operator/accounts': byPerson('/operator/accounts'),
    '/operator/accounts/$id': byPerson(`/operator/accounts/${account}`),
    '/operator/plans': byPerson('/operator/plans'),
    '/operator/nodes': byPerson('/operator/nodes'),
    '/operator/engines': byPerson('/operator/engines'),
    '/operator/health': byPerson('/operator/health'),
  }
}

/** The addresses of all pages that somebody opens. */
export const addressesOf = (shown: Showcase, by: Opened['by']): string[] =>
  Object.values(pagesOf(shown)).flatMap((opened) => (opened.by === by ? opened.at : []))
