import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from '@playwright/test'
import { startServer } from '../server/test/harness/test-server.ts'
import { NARROW, openBrowser, visit, WIDE } from './test/harness/browser.ts'
import { furnish, rememberMonth, type Showcase, setUp } from './test/harness/showcase.ts'

/** A page as it is looked at. */
type Shot = {
  name: string
  /** Under `/dashboard`. */
  path: string | ((shown: Showcase) => string)
  /** Looked at by somebody who is not signed in. */
  isOutside?: true
  /** What is done on it before: a dialog is opened, a tab is chosen. */
  before?: (page: Page) => Promise<void>
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

/** Speaks, and waits until it has been heard. */
const spoken = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^(Speak|Sprechen)$/ }).click()
  await page.getByRole('button', { name: /WAV/ }).waitFor()
}

/** Every page that is shown, in order; names are those of the files. */
const SHOTS: readonly Shot[] = [
  { name: 'sign-in', path: '/sign-in', isOutside: true },
  { name: 'sign-up', path: '/sign-up', isOutside: true },
  { name: 'overview', path: '/' },
  { name: 'keys', path: '/settings/api-keys' },
  {
    name: 'keys-create',
    path: '/settings/api-keys?create&name=CI&environment=staging&expires=30d',
    before: (page) => page.getByText(/^(More options|Weitere Optionen)/).click(),
  },
  { name: 'playground', path: '/playground', before: spoken },
  { name: 'voices', path: '/voices' },
  { name: 'voice', path: ({ voice }) => `/voices/${voice}` },
  { name: 'dictionaries', path: '/dictionaries' },
  { name: 'dictionary', path: ({ dictionary }) => `/dictionaries/${dictionary}` },
  { name: 'usage', path: '/usage?by=key&compare=true&range=7d' },
  { name: 'usage-hours', path: '/usage?by=key&range=24h' },
  { name: 'usage-table', path: '/usage?by=key&table=true' },
  { name: 'plan', path: '/settings/plan' },
  { name: 'reset', path: '/reset', isOutside: true },
  { name: 'members', path: '/settings/members' },
  { name: 'members-invite', path: '/settings/members', before: press('Invite') },
  { name: 'webhooks', path: '/settings/webhooks' },
  { name: 'webhook', path: ({ webhook }) => `/settings/webhooks/${webhook}` },
  { name: 'audit', path: '/settings/audit' },
  { name: 'profile', path: '/profile' },
  { name: 'security', path: '/profile/security' },
  { name: 'operator-accounts', path: '/operator/accounts' },
  { name: 'operator-suspend', path: '/operator/accounts', before: press(/^Suspend|^Sperren/) },
  {
    name: 'operator-account',
    path: '/operator/accounts',
    before: (page) => page.getByRole('link', { name: 'Acme Voices' }).first().click(),
  },
  { name: 'operator-plans', path: '/operator/plans' },
  { name: 'operator-nodes', path: '/operator/nodes' },
  { name: 'operator-engines', path: '/operator/engines' },
  { name: 'operator-health', path: '/operator/health' },
  {
    name: 'keys-revoke',
    path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}`,
    before: press(/^Revoke/),
  },
  { name: 'key-now', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}` },
  { name: 'key-overlap', path: ({ keys: [, kiosk] }) => `/settings/api-keys/${kiosk?.id}?tab=history` },
  { name: 'key-usage', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}?tab=usage` },
  { name: 'key-access', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}?tab=access` },
  { name: 'key-tokens', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}?tab=tokens` },
]

const FOLDER = fileURLToPath(new URL('./screenshots/', import.meta.url))
const SIZES = [WIDE, NARROW]
const SCHEMES = ['light', 'dark'] as const

/** `npm run screenshots [NAME…]`: these pages, or all, wide and narrow, by day and by night. `LANGUAGE=de` speaks German. */
async function main(names: readonly string[]): Promise<void> {
  const shots = SHOTS.filter(({ name }) => names.length === 0 || names.includes(name))
  if (names.length === 0) await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  const server = await startServer({ isEmpty: true })
  const browser = await openBrowser()
  try {
    if (names.length === 0 || names.includes('setup'))
      await shoot(browser, server.url, [{ name: 'setup', path: '/setup', isOutside: true }], null)
    await using owner = await visit(browser)
    const { request } = owner.page.context()
    await setUp(request, server)
    const shown = await furnish(request, server)
    await rememberMonth(server, shown)
    const state = await owner.page.context().storageState()
    await shoot(browser, server.url, shots, { shown, state })
  } finally {
    await browser.close()
    await server.stop()
  }
  process.stdout.write(`The pictures are in ${FOLDER}\n`)
}

type Inside = { shown: Showcase; state: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>> }

async function shoot(
  browser: Browser,
  url: string,
  shots: readonly Shot[],
  inside: Inside | null,
): Promise<void> {
  const locale = process.env['LANGUAGE'] === 'de' ? 'de-DE' : 'en-GB'
  for (const viewport of SIZES)
    for (const colorScheme of SCHEMES)
      for (const { name, path, isOutside, before } of shots) {
        const signedIn = isOutside || inside === null ? {} : { storageState: inside.state }
        await using visitor = await visit(browser, { viewport, colorScheme, locale, ...signedIn })
        const { page, troubles } = visitor
        const where = typeof path === 'string' ? path : inside === null ? '/' : path(inside.shown)
        await page.goto(`${url}/dashboard${where}`)
        await page.getByRole('heading').first().waitFor()
        await before?.(page)
        // What is asked for at first has been drawn.
        await page.waitForLoadState('networkidle')
        const file = `${name}.${viewport.width}.${colorScheme}.png`
        await page.screenshot({ path: `${FOLDER}${file}`, fullPage: true, animations: 'disabled' })
        if (troubles.length > 0) throw new Error(`${file}: ${troubles.join('; ')}`)
      }
}

await main(process.argv.slice(2))
