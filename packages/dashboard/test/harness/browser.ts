import AxeBuilder from '@axe-core/playwright'
import {
  type Browser,
  type BrowserContextOptions,
  type Locator,
  type Page,
  expect as playwrightExpect,
  type Request,
} from '@playwright/test'

export { openBrowser } from './chromium.ts'

export const WIDE = { width: 1440, height: 900 }
export const NARROW = { width: 390, height: 844 }

/** As long as an action of Playwright's waits: what is expected comes at once, but not on a machine that is busy. */
const PATIENCE_MS = 30_000
/** What every test of pages expects with; nothing else imports Playwright's. */
export const expect = playwrightExpect.configure({ timeout: PATIENCE_MS })

/** A page of a person's own browser, and what went wrong in it. */
export type Visit = AsyncDisposable & {
  page: Page
  /** Errors, and everything that the page's policy has stopped. `[]` is what every test ends with. */
  troubles: string[]
}

/** What a browser writes down by itself when a server refuses: no trouble of the page's. */
const REFUSED = /the server responded with a status of 4\d\d/
/** What it writes down of every page on plain http: a policy that is for https alone. */
const PLAIN_HTTP = /Cross-Origin-Opener-Policy header has been ignored/

/** Opens a page in a browser profile of its own. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    const text = message.text()
    if (!REFUSED.test(text) && !PLAIN_HTTP.test(text)) troubles.push(text)
  })
  await page.exposeFunction('policyStopped', (what: string) => troubles.push(`policy: ${what}`))
  await page.addInitScript(() => {
    const tell = (globalThis as unknown as { policyStopped: (what: string) => void }).policyStopped
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      tell(`${violatedDirective} ${blockedURI}`),
    )
  })
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() }
}

/** Frames in which nothing more is asked for; what follows from an answer is asked for in the next one or two. */
const QUIET_FRAMES = 4

/** Opens an address and waits until the page is whole: nothing that it asked for is owed, and nothing more is asked for. */
export async function openWhole(page: Page, url: string): Promise<void> {
  await untilWhole(page, async () => {
    await page.goto(url)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  })
}

/** Does something with a page and waits until it is whole again. */
export async function untilWhole(page: Page, act: () => Promise<unknown>): Promise<void> {
  const owed = new Set<Request>()
  let asked = 0
  const ask = (request: Request): void => {
    owed.add(request)
    asked++
  }
  const end = (request: Request): void => void owed.delete(request)
  page.on('request', ask).on('requestfinished', end).on('requestfailed', end)
  try {
    await act()
    await expect(async () => {
      const before = asked
      await page.evaluate(async (frames) => {
        for (let frame = 0; frame < frames; frame++)
          await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
      }, QUIET_FRAMES)
      if (owed.size > 0 || asked !== before)
        throw new Error(`${page.url()} still asks for ${[...owed].map((request) => request.url()).join(' ')}`)
    }).toPass({ timeout: PATIENCE_MS, intervals: [0] })
  } finally {
    page.off('request', ask).off('requestfinished', end).off('requestfailed', end)
  }
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Rules that a page can break by night alone. */
export const OF_COLOURS = ['color-contrast']

/** What a screen reader's user would stumble over (WCAG 2.2 AA), or by some rules alone: `[]` when nothing. */
export async function obstacles(page: Page, rules?: string[]): Promise<string[]> {
  // Of what is not drawn yet nothing can be said.
  await page.locator('h1').first().waitFor()
  // Half-way from one colour to another nobody reads it.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
  const axe = new AxeBuilder({ page })
    // No page has frames of others, for whose sake a second page would be opened to put results together.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
  const { violations } = await (rules === undefined ? axe.withTags(TAGS) : axe.withRules(rules)).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** Pixels by which a page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Presses a question's button until it is heard, which it is not for its first half second. */
export async function answer(question: Locator, name: string | RegExp, outcome: Locator): Promise<void> {
  const button = question.getByRole('button', { name, exact: true })
  await expect(async () => {
    // Once it was heard there is nothing to press any more.
    if (!(await outcome.isVisible())) await button.click({ timeout: 1_000 })
    await expect(outcome).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: PATIENCE_MS })
}

/**
 * What the questions and states of a page have shown, from its next opening on: also what is there for a moment only, which a slow
 * machine would not look at in time.
 */
export async function questionTexts(page: Page) {
  const shown: string[] = []
  const waiting: { part: string; act: () => void }[] = []
  await page.exposeFunction('questionShows', (text: string) => {
    shown.push(text)
    for (const one of waiting.filter(({ part }) => text.includes(part))) {
      waiting.splice(waiting.indexOf(one), 1)
      one.act()
    }
  })
  await page.addInitScript(() => {
    const tell = (globalThis as unknown as { questionShows: (text: string) => void }).questionShows
    let last = ''
    new MutationObserver(() => {
      const places = document.querySelectorAll<HTMLElement>('[role=alertdialog], main [role=status]')
      const text = [...places].map(({ innerText }) => innerText).join('\n')
      if (text === last) return
      last = text
      tell(text)
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  return {
    shown,
    /** Does something as soon as a question says so, once. */
    upon: (part: string, act: () => void): void => void waiting.push({ part, act }),
  }
}
