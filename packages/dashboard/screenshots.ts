import { execFile } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import { startServer } from '../server/test/harness/test-server.ts'
import { answer, NARROW, openBrowser, visit, WIDE } from './test/harness/browser.ts'
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

/** Presses twice, and waits for the proof. */
const revoked = async (page: Page): Promise<void> => {
  await press(/^(Revoke|Widerrufen)/)(page)
  const question = page.getByRole('alertdialog')
  const receipt = question.getByRole('button', { name: /^(Download receipt|Beleg herunterladen)/ })
  await answer(question, /^(Revoke|Widerrufen)$/, receipt)
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
  { name: 'members-invite', path: '/settings/members', before: press(/^(Invite|Einladen)/) },
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
    before: press(/^(Revoke|Widerrufen)/),
  },
  { name: 'key-now', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}` },
  { name: 'key-overlap', path: ({ keys: [, kiosk] }) => `/settings/api-keys/${kiosk?.id}?tab=history` },
  { name: 'key-usage', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}?tab=usage` },
  { name: 'key-access', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}?tab=access` },
  { name: 'key-tokens', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}?tab=tokens` },
  // The last one: what the others show is over with it.
  { name: 'receipt', path: ({ keys: [server] }) => `/settings/api-keys/${server?.id}`, before: revoked },
]

/** Those that the README shows, as they are there. */
const README = ['keys', 'playground', 'receipt']
const README_VIEW: View = { viewport: { width: 1200, height: 760 }, colorScheme: 'light' }
/** As many as the pages' own colours and the edges of their letters take. */
const README_COLORS = 96

const FOLDER = fileURLToPath(new URL('./screenshots/', import.meta.url))
const README_FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
type View = { viewport: { width: number; height: number }; colorScheme: 'light' | 'dark' }
const VIEWS: readonly View[] = [WIDE, NARROW].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

/**
 * `npm run screenshots [NAME…]`: these pages, or all, wide and narrow, by day and by night. `LANGUAGE=de` speaks German.
 * `npm run screenshots -- --readme` makes those of the README anew.
 */
async function main(words: readonly string[]): Promise<void> {
  const isReadme = words.includes('--readme')
  const names = isReadme ? README : words
  const shots = SHOTS.filter(({ name }) => names.length === 0 || names.includes(name))
  if (names.length === 0) await rm(FOLDER, { recursive: true, force: true })
  const folder = isReadme ? README_FOLDER : FOLDER
  await mkdir(folder, { recursive: true })
  const server = await startServer({ isEmpty: true, engine: isReadme ? 'espeak' : 'tone' })
  const browser = await openBrowser()
  try {
    if (names.length === 0 || names.includes('setup'))
      await shoot(browser, server.url, [{ name: 'setup', path: '/setup', isOutside: true }], null, fileOf)
    await using owner = await visit(browser)
    const { request } = owner.page.context()
    await setUp(request, server)
    const shown = await furnish(request, server, isReadme ? 'en-us+f3' : 'tone-b')
    await rememberMonth(server, shown)
    const state = await owner.page.context().storageState()
    if (!isReadme) return await shoot(browser, server.url, shots, { shown, state }, fileOf)
    await shoot(browser, server.url, shots, { shown, state }, (name) => `${folder}${name}.png`, [README_VIEW])
    for (const { name } of shots) await makeSmall(`${folder}${name}.png`)
  } finally {
    await browser.close()
    await server.stop()
  }
}

const fileOf = (name: string, { viewport, colorScheme }: View): string =>
  `${FOLDER}${name}.${viewport.width}.${colorScheme}.png`

/** With few colours a picture of a page is a third of its size, and looks the same. */
async function makeSmall(file: string): Promise<void> {
  const small = `${file}.small.png`
  const colors = `split[a][b];[a]palettegen=max_colors=${README_COLORS}[p];[b][p]paletteuse=dither=none`
  await promisify(execFile)('ffmpeg', ['-y', '-i', file, '-vf', colors, '-compression_level', '9', small])
  await rename(small, file)
}

type Inside = { shown: Showcase; state: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>> }

async function shoot(
  browser: Browser,
  url: string,
  shots: readonly Shot[],
  inside: Inside | null,
  pathOf: (name: string, view: View) => string,
  views: readonly View[] = VIEWS,
): Promise<void> {
  const locale = process.env['LANGUAGE'] === 'de' ? 'de-DE' : 'en-GB'
  for (const { name, path, isOutside, before } of shots)
    for (const view of views) {
      const signedIn = isOutside || inside === null ? {} : { storageState: inside.state }
      await using visitor = await visit(browser, { ...view, locale, ...signedIn })
      const { page, troubles } = visitor
      const where = typeof path === 'string' ? path : inside === null ? '/' : path(inside.shown)
      await page.goto(`${url}/dashboard${where}`)
      await page.getByRole('heading').first().waitFor()
      await before?.(page)
      // What is asked for at first has been drawn.
      await page.waitForLoadState('networkidle')
      const file = pathOf(name, view)
      await page.screenshot({ path: file, fullPage: views === VIEWS, animations: 'disabled' })
      process.stdout.write(`${file}\n`)
      if (troubles.length > 0) throw new Error(`${file}: ${troubles.join('; ')}`)
    }
}

await main(process.argv.slice(2))
