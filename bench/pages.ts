import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, type Page, request } from '@playwright/test'
import { openBrowser } from '../packages/dashboard/test/harness/chromium.ts'
import type { Part, Row } from './row.ts'
import { interleave, ratioTo, type Samples, summary } from './samples.ts'
import { type Server, startServer, withServer } from './server.ts'

const ROUNDS = { rounds: 7, warmUps: 1 }
/** A page that is not there after a second is felt to be slow. */
const READY_MS_AIM = 1_000
const PERSON = { name: 'Bench', email: 'pages@example.com' }
const WINDOW = { width: 1440, height: 900 }
const PASSWORD = 'a sentence nobody would guess 42'

/** It runs in the page. */
const WATCH = fileURLToPath(new URL('pages-watch.js', import.meta.url))

/** A page, a button on it, and what shows that the button was heard. */
type Opened = { path: string; isOutside?: true; button: string; reaction: string }

const PAGES = {
  'sign-in': {
    path: '/sign-in',
    isOutside: true,
    button: 'Sign in',
    reaction: '[role=alert], [aria-invalid=true]',
  },
  'API keys': { path: '/settings/api-keys', button: 'Create API Key', reaction: '[role=dialog]' },
  playground: {
    path: '/playground',
    button: 'Speak',
    reaction: 'main :is([role=alert], input[type=range])',
  },
  usage: { path: '/usage', button: 'Table', reaction: 'table' },
} as const satisfies Record<string, Opened>

/** From the beginning of the navigation, by the page's own clock. */
type Timed = { drawnMs: number; reactedMs: number }

/** Whether pages are there at once, and hear a press at once. */
export const pages: Part = {
  name: 'pages',
  about: 'pages of the dashboard in Chromium, nothing kept from before: heading drawn, first press answered',
  async run({ against }) {
    const browser = await openBrowser()
    const other = against === null ? null : await startServer({ root: against })
    try {
      return await withServer({}, (server) => measure(browser, server, other))
    } finally {
      await other?.stop()
      await browser.close()
    }
  },
}

async function measure(browser: Browser, server: Server, other: Server | null): Promise<Row[]> {
  const inside = await signedIn(server)
  const elsewhere = other === null ? null : await signedIn(other)
  const rows: Row[] = []
  for (const [name, opened] of Object.entries<Opened>(PAGES)) {
    const time =
      ({ port }: Server, options: BrowserContextOptions) =>
      () =>
        timed(
          browser,
          `http://127.0.0.1:${port}/dashboard${opened.path}`,
          opened,
          opened.isOutside ? {} : options,
        )
    const said = await interleave(
      {
        here: time(server, inside),
        ...(other === null || elsewhere === null ? {} : { other: time(other, elsewhere) }),
      } as Record<'here' | 'other', () => Promise<Timed>>,
      ROUNDS,
    )
    for (const [what, of] of [
      ['heading drawn', 'drawnMs'],
      ['first press answered', 'reactedMs'],
    ] as const) {
      const samples = (of_: Timed[]): Samples => of_.map((one) => one[of])
      rows.push({
        what: `${name}: ${what}`,
        unit: 'ms',
        ...summary(samples(said.here)),
        ...(other === null ? {} : { ratio: ratioTo('the other', samples(said.here), samples(said.other)) }),
        aim: { of: 'median', is: 'below', than: READY_MS_AIM },
      })
    }
  }
  return rows
}

/** Somebody with an account of their own. */
async function signedIn({ port }: Server): Promise<BrowserContextOptions> {
  const origin = `http://127.0.0.1:${port}`
  const asked = await request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } })
  for (const [path, data] of [
    ['sign-up', { ...PERSON, password: PASSWORD }],
    ['sign-in', { email: PERSON.email, password: PASSWORD }],
  ] as const) {
    const answer = await asked.post(`/api/auth/${path}/email`, { data })
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`)
  }
  return { storageState: await asked.storageState() }
}

async function timed(
  browser: Browser,
  url: string,
  { button, reaction }: Opened,
  options: BrowserContextOptions,
): Promise<Timed> {
  const context = await browser.newContext({ viewport: WINDOW, locale: 'en-GB', ...options })
  try {
    const page: Page = await context.newPage()
    await page.addInitScript((told) => Object.assign(globalThis, told), { watched: { button, reaction } })
    await page.addInitScript({ path: WATCH })
    await page.goto(url)
    const handle = await page.waitForFunction(() => (globalThis as unknown as { timed?: Timed }).timed)
    return (await handle.jsonValue()) as Timed
  } finally {
    await context.close()
  }
}
