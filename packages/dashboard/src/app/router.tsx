import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { sessionQuery, setupQuery } from '../api/session.ts'
import { loadInsideTexts } from '../i18n/i18n.ts'
import type { AuditSearch } from '../pages/audit/audit-filters.tsx'
import { tabOf } from '../pages/key/tabs.ts'
import type { KeySearch } from '../pages/keys/key-filters.tsx'
import { settingsOf } from '../pages/playground/speech-settings.ts'
import { usageSearchOf } from '../pages/usage/usage-search.ts'
import { voiceSearchOf } from '../pages/voices/voice-search.ts'
import { useLateParts } from './late-parts.ts'
import { lazyPage } from './lazy-page.ts'
import { NotFound, PageFailed, PartFailed } from './page-failed.tsx'

type Context = { queries: QueryClient }

/** What every page is in. */
function Root() {
  useLateParts()
  return <Outlet />
}

const root = createRootRouteWithContext<Context>()({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: PageFailed,
})

/** Pages of those who are not signed in. */
const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  component: lazyPage(() => import('../pages/people/outside.tsx'), 'Outside'),
  errorComponent: PageFailed,
})

const setup = createRoute({
  getParentRoute: () => outside,
  path: '/setup',
  // It leads to the first key.
  beforeLoad: loadInsideTexts,
  component: lazyPage(() => import('../pages/people/setup.tsx'), 'SetupPage'),
})
const signIn = createRoute({
  getParentRoute: () => outside,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; error?: string } => ({
    ...(typeof search['to'] === 'string' ? { to: search['to'] } : {}),
    ...(typeof search['error'] === 'string' ? { error: search['error'] } : {}),
  }),
  beforeLoad: async ({ context }) => {
    const { needed } = await context.queries.ensureQueryData(setupQuery)
    if (needed) throw redirect({ to: '/setup' })
  },
  component: lazyPage(() => import('../pages/people/sign-in.tsx'), 'SignInPage'),
})
const signUp = createRoute({
  getParentRoute: () => outside,
  path: '/sign-up',
  component: lazyPage(() => import('../pages/people/sign-up.tsx'), 'SignUpPage'),
})
const invite = createRoute({
  getParentRoute: () => outside,
  path: '/invite/$id',
  component: lazyPage(() => import('../pages/people/invite.tsx'), 'InvitePage'),
})
const reset = createRoute({
  getParentRoute: () => outside,
  path: '/reset',
  component: lazyPage(() => import('../pages/people/reset.tsx'), 'ResetPage'),
})
const verify = createRoute({
  getParentRoute: () => outside,
  path: '/verify',
  component: lazyPage(() => import('../pages/people/verify.tsx'), 'VerifyPage'),
})

/** Pages of those who are. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: lazyPage(() => import('./shell.tsx'), 'Shell'),
  errorComponent: PageFailed,
  beforeLoad: async ({ context, location }) => {
    const [session] = await Promise.all([context.queries.ensureQueryData(sessionQuery), loadInsideTexts()])
    if (session === null) throw redirect({ to: '/sign-in', search: { to: location.href } })
  },
})
const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyPage(() => import('../pages/overview/overview.tsx'), 'OverviewPage'),
})
const playground = createRoute({
  getParentRoute: () => inside,
  path: '/playground',
  validateSearch: settingsOf,
  component: lazyPage(() => import('../pages/playground/playground.tsx'), 'PlaygroundPage'),
})
const usage = createRoute({
  getParentRoute: () => inside,
  path: '/usage',
  validateSearch: usageSearchOf,
  component: lazyPage(() => import('../pages/usage/usage.tsx'), 'UsagePage'),
})
const voices = createRoute({
  getParentRoute: () => inside,
  path: '/voices',
  validateSearch: voiceSearchOf,
  component: lazyPage(() => import('../pages/voices/voices.tsx'), 'VoicesPage'),
})
const voice = createRoute({
  getParentRoute: () => inside,
  path: '/voices/$id',
  component: lazyPage(() => import('../pages/voices/voice.tsx'), 'VoicePage'),
})
const dictionaries = createRoute({
  getParentRoute: () => inside,
  path: '/dictionaries',
  component: lazyPage(() => import('../pages/dictionaries/dictionaries.tsx'), 'DictionariesPage'),
})
const dictionary = createRoute({
  getParentRoute: () => inside,
  path: '/dictionaries/$id',
  component: lazyPage(() => import('../pages/dictionaries/dictionary.tsx'), 'DictionaryPage'),
})
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyPage(() => import('./settings.tsx'), 'Settings'),
})
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/api-keys' })
  },
})
const keys = createRoute({
  getParentRoute: () => settings,
  path: '/api-keys',
  validateSearch: (search: Record<string, unknown>): KeySearch => search,
  component: lazyPage(() => import('../pages/keys/keys.tsx'), 'KeysPage'),
})
const key = createRoute({
  getParentRoute: () => settings,
  path: '/api-keys/$id',
  validateSearch: tabOf,
  component: lazyPage(() => import('../pages/key/key.tsx'), 'KeyPage'),
})
const members = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyPage(() => import('../pages/members/members.tsx'), 'MembersPage'),
})
const webhooks = createRoute({
  getParentRoute: () => settings,
  path: '/webhooks',
  component: lazyPage(() => import('../pages/webhooks/webhooks.tsx'), 'WebhooksPage'),
})
const webhook = createRoute({
  getParentRoute: () => settings,
  path: '/webhooks/$id',
  component: lazyPage(() => import('../pages/webhooks/webhook.tsx'), 'WebhookPage'),
})
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): AuditSearch => search,
  component: lazyPage(() => import('../pages/audit/audit.tsx'), 'AuditPage'),
})
const operator = createRoute({
  getParentRoute: () => inside,
  path: '/operator',
  component: lazyPage(() => import('../pages/operator/operator-frame.tsx'), 'OperatorFrame'),
})
const operatorIndex = createRoute({
  getParentRoute: () => operator,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/operator/accounts' })
  },
})
const accounts = createRoute({
  getParentRoute: () => operator,
  path: '/accounts',
  validateSearch: (search: Record<string, unknown>): { q?: string; page?: number } => search,
  component: lazyPage(() => import('../pages/operator/accounts.tsx'), 'AccountsPage'),
})
const operatedPlans = createRoute({
  getParentRoute: () => operator,
  path: '/plans',
  component: lazyPage(() => import('../pages/operator/plans.tsx'), 'OperatedPlansPage'),
})
const account = createRoute({
  getParentRoute: () => operator,
  path: '/accounts/$id',
  component: lazyPage(() => import('../pages/operator/account.tsx'), 'AccountPage'),
})
const nodes = createRoute({
  getParentRoute: () => operator,
  path: '/nodes',
  component: lazyPage(() => import('../pages/operator/nodes.tsx'), 'NodesPage'),
})
const engines = createRoute({
  getParentRoute: () => operator,
  path: '/engines',
  component: lazyPage(() => import('../pages/operator/engines.tsx'), 'EnginesPage'),
})
const health = createRoute({
  getParentRoute: () => operator,
  path: '/health',
  component: lazyPage(() => import('../pages/operator/health.tsx'), 'HealthPage'),
})
const profileFrame = createRoute({
  getParentRoute: () => inside,
  id: 'person',
  component: lazyPage(() => import('../pages/profile/profile-frame.tsx'), 'ProfileFrame'),
})
const profile = createRoute({
  getParentRoute: () => profileFrame,
  path: '/profile',
  component: lazyPage(() => import('../pages/profile/profile.tsx'), 'ProfilePage'),
})
const security = createRoute({
  getParentRoute: () => profileFrame,
  path: '/profile/security',
  component: lazyPage(() => import('../pages/profile/security.tsx'), 'SecurityPage'),
})

const plan = createRoute({
  getParentRoute: () => settings,
  path: '/plan',
  component: lazyPage(() => import('../pages/plan/plan.tsx'), 'PlanPage'),
})

const tree = root.addChildren([
  outside.addChildren([setup, signIn, signUp, invite, reset, verify]),
  inside.addChildren([
    overview,
    playground,
    voices,
    voice,
    dictionaries,
    dictionary,
    usage,
    settings.addChildren([settingsIndex, keys, key, members, plan, webhooks, webhook, audit]),
    operator.addChildren([operatorIndex, accounts, account, operatedPlans, nodes, engines, health]),
    profileFrame.addChildren([profile, security]),
  ]),
])

export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    basepath: '/dashboard',
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: PartFailed,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
