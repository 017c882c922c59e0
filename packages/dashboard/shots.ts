import { RECENT_SIGN_IN_SECONDS } from '@kugelaudio/contract'
import type { Page } from '@playwright/test'
import type { TestServer } from '../server/test/harness/test-server.ts'
import type { MessageId } from './src/i18n/i18n.ts'
import { answer } from './test/harness/browser.ts'
import type { Role } from './test/harness/cast.ts'
import { PASSWORD } from './test/harness/people.ts'
import type { Showcase } from './test/harness/showcase.ts'
import { words } from './test/harness/words.ts'

/** What a page is looked at with. */
export type Stage = { server: TestServer; shown: Showcase; invite: () => Promise<string> }

/** A page as it is looked at. */
export type Shot = {
  name: string
  /** Under `/dashboard`. */
  path: string | ((shown: Showcase, stage: Stage) => string | Promise<string>)
  /** Who looks; without one the operator. */
  as?: Role | 'nobody'
  /** What is arranged before it is opened: an answer fails, say. */
  arrange?: Step
  /** What is done on it before: a dialog is opened, a tab is chosen. */
  before?: Step
  /** Where it is there at one width only. */
  only?: 'wide' | 'narrow'
  /** Something fails on it, on purpose: a browser complains of that. */
  isDisturbed?: true
  /** By a name of the network, where a browser can be offline. */
  isElsewhere?: true
  /** On a server that nobody has set up. */
  isFresh?: true
}

/** What is done with a page, in order. */
type Step = (page: Page, stage: Stage) => Promise<unknown>

const press =
  (id: MessageId, at: 'first' | 'last' = 'first'): Step =>
  (page) =>
    page
      .getByRole('button', { name: words(id) })
      [at]()
      .click()
const type =
  (id: MessageId, text: string): Step =>
  (page) =>
    page
      .getByRole('textbox', { name: words(id) })
      .first()
      .fill(text)
const see =
  (id: MessageId): Step =>
  (page) =>
    page.getByText(words(id)).first().waitFor()
const open =
  (id: MessageId): Step =>
  (page) =>
    page.getByText(words(id)).first().click()
const steps =
  (...all: readonly Step[]): Step =>
  async (page, stage) => {
    for (const step of all) await step(page, stage)
  }

/** Answers a question by its last button, which is deaf for its first half second. */
const confirm =
  (verb: MessageId, outcome: MessageId): Step =>
  (page) => {
    const question = page.getByRole('alertdialog')
    return answer(question, words(verb), question.getByText(words(outcome)).first())
  }

/** Speaks, and waits until it has been heard. */
const spoken = steps(press('play.speak'), see('play.download'), (page) =>
  page.getByRole('button', { name: /^(Speak|Sprechen)$/ }).waitFor(),
)

/** A key is made in the dialog that is open. */
const makeKey = steps(type('create.name', 'Night build'), press('keys.create', 'last'), see('secret.title'))

const failing =
  (address: string, status: number, json: Record<string, unknown>): Step =>
  (page) =>
    page.route(address, (route) =>
      route.fulfill({ status, headers: { 'x-request-id': 'req_3fK9wq2Lr8' }, json }),
    )
const broken = failing('**/v1/api-keys?*', 500, {
  error: 'Internal error',
  error_code: 'INTERNAL_ERROR',
  code: 500,
})

const signedOut: Step = (page) => page.context().clearCookies()

const firstKey = ({ keys: [server] }: Showcase): string => `/settings/api-keys/${server?.id}`
const rotatedKey = ({ keys: [, kiosk] }: Showcase): string => `/settings/api-keys/${kiosk?.id}`

const intoSetUp = steps(
  type('people.name', 'Mara Lindholm'),
  type('people.account', 'Acme Voices'),
  type('people.email', 'mara@acme.example'),
  type('people.password', PASSWORD),
  press('setup.submit'),
  see('setup.key'),
)

/** Every page that is shown, in order; names are those of the files. */
export const SHOTS: readonly Shot[] = [
  { name: 'setup', path: '/setup', as: 'nobody', isFresh: true },
  { name: 'setup-key', path: '/setup', as: 'nobody', isFresh: true, before: intoSetUp },
  {
    name: 'setup-played',
    path: '/setup',
    as: 'nobody',
    isFresh: true,
    before: steps(intoSetUp, press('setup.key.submit'), press('setup.play'), see('setup.played')),
  },
  { name: 'setup-gone', path: '/setup', as: 'nobody' },
  { name: 'sign-in', path: '/sign-in', as: 'nobody' },
  {
    name: 'sign-in-wrong',
    path: '/sign-in',
    as: 'nobody',
    before: steps(
      type('people.email', 'mara@acme.example'),
      type('people.password', 'not a password of anybody'),
      press('signin', 'last'),
      see('signin.wrong'),
    ),
  },
  {
    name: 'sign-in-second',
    path: '/sign-in',
    as: 'nobody',
    arrange: (page) =>
      page.route('**/api/auth/sign-in/email', (route) => route.fulfill({ json: { signed_in: false } })),
    before: steps(
      type('people.email', 'mara@acme.example'),
      type('people.password', PASSWORD),
      press('signin', 'last'),
      see('signin.second'),
    ),
  },
  { name: 'sign-up', path: '/sign-up', as: 'nobody' },
  {
    name: 'sign-up-wrong',
    path: '/sign-up',
    as: 'nobody',
    before: steps(
      type('people.name', 'Nia'),
      type('people.email', 'nia@whale.example'),
      type('people.password', 'short'),
      press('signup'),
      see('signup.password.short'),
    ),
  },
  { name: 'reset', path: '/reset', as: 'nobody' },
  {
    name: 'reset-asked',
    path: '/reset',
    as: 'nobody',
    before: steps(type('people.email', 'nia@whale.example'), press('reset.ask'), see('reset.nomail')),
  },
  {
    name: 'reset-stale',
    path: '/reset#of-yesterday',
    as: 'nobody',
    before: steps(type('reset.password', PASSWORD), press('reset.save'), see('reset.stale')),
  },
  { name: 'verify', path: '/verify#of-yesterday', as: 'nobody', before: see('verify.stale') },
  {
    name: 'invite',
    path: async (_, { invite }) => {
      const { pathname, hash } = new URL(await invite())
      return pathname.replace('/dashboard', '') + hash
    },
    as: 'nobody',
  },
  { name: 'invite-stale', path: '/invite/none#none', as: 'nobody', before: see('join.stale') },

  { name: 'overview', path: '/' },
  { name: 'overview-empty', path: '/', as: 'newcomer' },
  { name: 'overview-suspended', path: '/', as: 'suspended' },
  { name: 'overview-frugal', path: '/', as: 'frugal' },
  {
    name: 'palette',
    path: '/',
    before: async (page) => {
      await page.keyboard.press('Control+K')
      await page.getByRole('combobox').fill('s')
    },
  },
  { name: 'menu', path: '/', only: 'narrow', before: press('nav.open') },
  {
    name: 'menu-person',
    path: '/',
    only: 'wide',
    before: (page) => page.getByRole('button', { name: /Mara/ }).click(),
  },
  { name: 'not-found', path: '/nothing-here' },

  { name: 'keys', path: '/settings/api-keys' },
  { name: 'keys-empty', path: '/settings/api-keys', as: 'newcomer' },
  { name: 'keys-many', path: '/settings/api-keys?sort=name&order=asc&page=2', as: 'crowd' },
  { name: 'keys-all', path: '/settings/api-keys?state=all' },
  { name: 'keys-nomatch', path: '/settings/api-keys?q=nothing', before: see('list.nomatch') },
  { name: 'keys-viewer', path: '/settings/api-keys', as: 'viewer' },
  {
    name: 'keys-whole',
    path: '/settings/api-keys',
    before: async (page, { shown }) => {
      await page.getByRole('searchbox').fill(shown.keys[0]?.key ?? '')
      await page.getByText(words('keys.search.whole')).waitFor()
    },
  },
  {
    name: 'keys-selected',
    path: '/settings/api-keys',
    before: async (page) => {
      await page.getByRole('button', { name: words('keys.select'), exact: true }).click()
      await page.getByRole('checkbox').nth(1).check()
      await page.getByRole('checkbox').nth(2).check()
    },
  },
  {
    name: 'keys-menu',
    path: '/settings/api-keys',
    only: 'wide',
    before: (page) =>
      page
        .getByRole('button', { name: words('keys.more') })
        .nth(1)
        .click(),
  },
  {
    name: 'keys-error',
    isDisturbed: true,
    path: '/settings/api-keys',
    arrange: broken,
    before: see('state.error'),
  },
  {
    name: 'keys-offline',
    isElsewhere: true,
    isDisturbed: true,
    path: '/settings/api-keys',
    before: async (page) => {
      await page.getByText('Production server').first().waitFor()
      await page.context().setOffline(true)
      await page.getByText(words('state.offline')).waitFor()
    },
  },
  {
    name: 'keys-signed-out',
    isDisturbed: true,
    path: '/settings/api-keys',
    before: steps(press('keys.create'), type('create.name', 'Night build'), signedOut, async (page) => {
      await page
        .getByRole('button', { name: words('keys.create') })
        .last()
        .click()
      await page.getByRole('dialog', { name: words('signin') }).waitFor()
    }),
  },
  { name: 'keys-create', path: '/settings/api-keys', before: press('keys.create') },
  {
    name: 'keys-create-prefilled',
    path: '/settings/api-keys?create&name=CI&environment=staging&expires=30d',
    before: open('create.more'),
  },
  {
    name: 'keys-create-wrong',
    path: '/settings/api-keys?create&name=&expires=30d',
    before: async (page) => {
      await page.getByText(words('create.more')).click()
      await page.getByText(words('access.custom')).click()
      for (const box of await page.getByRole('dialog').getByRole('checkbox').all()) await box.uncheck()
      const addresses = page.getByRole('textbox', { name: words('ip.title') })
      await addresses.fill('203.0.113.0/24, 2001:db8::1 nonsense')
      await addresses.press('Enter')
      await page.getByRole('textbox', { name: words('limit.requests_per_minute') }).fill('many')
      await page
        .getByRole('button', { name: words('keys.create') })
        .last()
        .click()
      await page.getByText(words('access.none')).waitFor()
    },
  },
  { name: 'keys-secret', path: '/settings/api-keys?create', as: 'frugal', before: makeKey },
  {
    name: 'keys-secret-leave',
    path: '/settings/api-keys?create',
    as: 'frugal',
    before: steps(makeKey, async (page) => {
      await page.keyboard.press('Escape')
      await page.getByText(words('secret.leave')).first().waitFor()
    }),
  },
  {
    name: 'keys-lost',
    isDisturbed: true,
    path: '/settings/api-keys?create',
    as: 'frugal',
    arrange: (page) =>
      page.route('**/v1/api-keys', async (route) => {
        if (route.request().method() !== 'POST') return await route.continue()
        await route.fetch()
        await route.abort('connectionreset')
      }),
    before: steps(type('create.name', 'Never arrived'), press('keys.create', 'last'), see('create.lost')),
  },
  {
    name: 'keys-revoke-many',
    path: '/settings/api-keys',
    as: 'crowd',
    before: async (page) => {
      await page.getByRole('button', { name: words('keys.select'), exact: true }).click()
      for (const at of [1, 2, 3]) await page.getByRole('checkbox').nth(at).check()
      await page
        .getByRole('button', { name: words('revoke.action'), exact: true })
        .first()
        .click()
      await page.getByRole('alertdialog').waitFor()
    },
  },
  { name: 'keys-revoke', path: firstKey, before: press('revoke.action') },
  {
    name: 'keys-revoke-failed',
    isDisturbed: true,
    path: firstKey,
    arrange: (page) => page.route('**/revoke*', (route) => route.abort('connectionrefused')),
    before: steps(press('revoke.action'), confirm('revoke.action', 'revoke.failed')),
  },
  { name: 'keys-rotate', path: firstKey, before: press('rotate.action') },

  { name: 'key-now', path: firstKey },
  { name: 'key-overlap', path: rotatedKey },
  { name: 'key-overlap-end', path: rotatedKey, before: press('rotate.end') },
  { name: 'key-history', path: (shown) => `${rotatedKey(shown)}?tab=history` },
  { name: 'key-usage', path: (shown) => `${firstKey(shown)}?tab=usage` },
  { name: 'key-access', path: (shown) => `${firstKey(shown)}?tab=access` },
  {
    name: 'key-access-custom',
    path: (shown) => `${firstKey(shown)}?tab=access`,
    before: open('access.custom'),
  },
  { name: 'key-tokens', path: (shown) => `${firstKey(shown)}?tab=tokens` },
  { name: 'key-not-found', path: '/settings/api-keys/none' },

  { name: 'playground', path: '/playground' },
  {
    name: 'playground-speaking',
    path: '/playground',
    before: steps(
      type('play.text', 'Your train to Hamburg leaves from platform nine. '.repeat(8)),
      press('play.speak'),
      async (page) => {
        await page.getByText(words('play.download')).waitFor()
      },
    ),
  },
  { name: 'playground-spoken', path: '/playground', before: spoken },
  { name: 'playground-more', path: '/playground', only: 'wide', before: open('play.more') },
  { name: 'playground-settings', path: '/playground', only: 'narrow', before: press('play.settings') },
  {
    name: 'playground-limit',
    path: '/playground',
    before: steps(
      type('play.text', 'A sentence that goes on. '.repeat(410)),
      press('play.speak'),
      see('play.limit'),
    ),
  },
  { name: 'playground-viewer', path: '/playground', as: 'viewer' },

  { name: 'voices', path: '/voices' },
  { name: 'voices-nomatch', path: '/voices?q=nothing' },
  { name: 'voices-create', path: '/voices', before: press('voices.create') },
  { name: 'voice', path: ({ voice }) => `/voices/${voice}` },
  { name: 'voice-delete', path: ({ voice }) => `/voices/${voice}`, before: press('voices.delete') },
  { name: 'dictionaries', path: '/dictionaries' },
  { name: 'dictionaries-empty', path: '/dictionaries', as: 'newcomer' },
  { name: 'dictionaries-create', path: '/dictionaries', before: press('dict.create') },
  { name: 'dictionary', path: ({ dictionary }) => `/dictionaries/${dictionary}` },
  {
    name: 'dictionary-entry',
    path: ({ dictionary }) => `/dictionaries/${dictionary}`,
    before: press('dict.edit.short'),
  },
  {
    name: 'dictionary-import',
    path: ({ dictionary }) => `/dictionaries/${dictionary}`,
    before: steps(press('dict.import'), async (page) => {
      await page.locator('input[type=file]').setInputFiles({
        name: 'stations.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          'word,replacement,ipa,case_sensitive\nHbf,main station,,false\nICE,I C E,,true\nS-Bahn,S train,,false\n',
        ),
      })
      await page.getByText(words('dict.import.preview')).waitFor()
    }),
  },

  { name: 'usage', path: '/usage?by=key&compare=true&range=7d' },
  { name: 'usage-hours', path: '/usage?by=key&range=24h' },
  { name: 'usage-month', path: '/usage?range=30d' },
  { name: 'usage-table', path: '/usage?by=key&table=true' },
  { name: 'usage-empty', path: '/usage', as: 'newcomer' },
  { name: 'usage-frugal', path: '/usage', as: 'frugal' },
  { name: 'plan', path: '/settings/plan' },
  { name: 'plan-frugal', path: '/settings/plan', as: 'frugal' },
  { name: 'members', path: '/settings/members' },
  { name: 'members-alone', path: '/settings/members', as: 'newcomer' },
  { name: 'members-invite', path: '/settings/members', before: press('members.invite') },
  {
    name: 'members-invited',
    path: '/settings/members',
    as: 'crowd',
    before: steps(
      press('members.invite'),
      type('invite.addresses', 'ola@fleet.example, pim@fleet.example'),
      press('members.invite', 'last'),
      see('invite.unmailed'),
    ),
  },
  {
    name: 'members-role',
    path: '/settings/members',
    before: async (page) => {
      await page.getByRole('combobox', { name: /Jonas/ }).first().selectOption('admin')
      await page.getByRole('alertdialog').waitFor()
    },
  },
  { name: 'members-remove', path: '/settings/members', before: press('members.remove') },
  { name: 'webhooks', path: '/settings/webhooks' },
  { name: 'webhooks-empty', path: '/settings/webhooks', as: 'newcomer' },
  { name: 'webhooks-not-on-plan', path: '/settings/webhooks', as: 'frugal' },
  { name: 'webhooks-add', path: '/settings/webhooks', before: press('webhooks.add') },
  {
    name: 'webhooks-secret',
    path: '/settings/webhooks',
    as: 'crowd',
    before: steps(
      press('webhooks.add'),
      type('webhooks.address', 'https://hooks.fleet.example/kugelaudio'),
      press('webhooks.add', 'last'),
      see('webhooks.secret.title'),
    ),
  },
  {
    name: 'webhook',
    path: ({ webhook }) => `/settings/webhooks/${webhook}`,
    before: (page) => page.locator('summary').first().click(),
  },
  { name: 'audit', path: '/settings/audit' },
  {
    name: 'audit-event',
    path: '/settings/audit',
    before: (page) =>
      page
        .getByRole('main')
        .getByRole('button', { name: words('audit.action.key.rotated') })
        .first()
        .click(),
  },
  {
    name: 'audit-broken',
    path: '/settings/audit',
    arrange: (page) =>
      page.route('**/v1/audit/verify*', async (route) => {
        const check = (await (await route.fetch()).json()) as Record<string, unknown>
        const at = check['checked_at']
        const found = { intact_until: { seq: 6, at }, broken_at: { seq: 7, what: 'its hash' } }
        await route.fulfill({ json: { ...check, ...found, intact: false } })
      }),
  },
  { name: 'audit-viewer', path: '/settings/audit', as: 'viewer' },

  { name: 'profile', path: '/profile' },
  { name: 'security', path: '/profile/security' },
  { name: 'security-password', path: '/profile/security', before: press('password.change') },
  {
    name: 'security-factor',
    path: '/profile/security',
    as: 'viewer',
    before: steps(press('totp.title'), type('people.password', PASSWORD), press('totp.next'), (page) =>
      page.getByRole('img', { name: words('totp.qr') }).waitFor(),
    ),
  },
  {
    name: 'security-codes',
    path: '/profile/security',
    as: 'viewer',
    arrange: (page) =>
      page.route('**/api/auth/two-factor/verify-totp', (route) => route.fulfill({ json: { token: 'none' } })),
    before: steps(
      press('totp.title'),
      type('people.password', PASSWORD),
      press('totp.next'),
      type('totp.code', '123456'),
      press('totp.confirm'),
      see('recovery.title'),
    ),
  },

  { name: 'operator-accounts', path: '/operator/accounts' },
  { name: 'operator-suspend', path: '/operator/accounts', before: press('operator.suspend') },
  { name: 'operator-change-plan', path: '/operator/accounts', before: press('operator.plan.change') },
  {
    name: 'operator-account',
    path: '/operator/accounts',
    before: async (page) => {
      await page.getByRole('link', { name: 'Acme Voices' }).first().click()
      await page.getByRole('heading', { level: 1, name: 'Acme Voices' }).waitFor()
    },
  },
  { name: 'operator-plans', path: '/operator/plans' },
  { name: 'operator-nodes', path: '/operator/nodes' },
  { name: 'operator-engines', path: '/operator/engines' },
  { name: 'operator-health', path: '/operator/health' },
  { name: 'operator-forbidden', path: '/operator/accounts', as: 'viewer' },

  // The last ones: what the others show is over with them.
  {
    name: 'keys-confirm',
    path: '/settings/api-keys?create',
    as: 'frugal',
    before: steps(
      type('create.name', 'Late'),
      async (_, { server }) => void server.clock.advance(RECENT_SIGN_IN_SECONDS * 1_000),
      press('keys.create', 'last'),
      see('reauth.title'),
    ),
  },
  {
    name: 'operator-suspended',
    path: '/operator/accounts?q=Noisy',
    before: steps(
      press('operator.suspend'),
      (page) => page.getByRole('alertdialog').getByRole('textbox').last().fill('Noisy Toys'),
      confirm('operator.suspend', 'operator.suspend.done'),
    ),
  },
  {
    name: 'receipt',
    path: firstKey,
    before: steps(press('revoke.action'), confirm('revoke.action', 'revoke.receipt')),
  },
  { name: 'key-revoked', path: firstKey },
]
