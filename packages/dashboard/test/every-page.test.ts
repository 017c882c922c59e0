import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import {
  expect,
  NARROW,
  OF_COLOURS,
  obstacles,
  openBrowser,
  openWhole,
  overflow,
  untilWhole,
  type Visit,
  visit,
  WIDE,
} from './harness/browser.ts'
import { addressesOf } from './harness/pages.ts'
import { furnish, setUp } from './harness/showcase.ts'

/** Script that a page loads until all of it is there and can be used, gzipped, which every connection takes. */
const SCRIPT_BYTES_MAX = 170_000
/** With what comes while nothing else is to be done, and opens when something is pressed; as TLS carries it. */
const WITH_LATE_BROTLI_BYTES_MAX = 200_000
/** Until somebody can sign in, as TLS carries it: of its 128 kB gzipped, libraries alone are 106 kB. */
const SIGN_IN_BROTLI_BYTES_MAX = 125_000
const FONT_BYTES_MAX = 35_000
/** Of what is loaded for one page alone; the one that draws may be twice as large. All gzipped. */
const ROUTE_BYTES_MAX = 15_000
const USAGE_ROUTE_BYTES_MAX = 30_000
const STYLE_BYTES_MAX = 20_000
const CATALOG_BYTES_MAX = 15_000
/** Of the window, by its area and way: a font that comes later moves lines by less than a pixel. */
const SHIFT_MAX = 0.01
/** A window of 1280 × 1024 at 400 %. */
const ZOOMED = { width: 320, height: 256 }
/** Longer than anything may move where less motion is asked for. */
const MOTION_S_MAX = 0.08
/** More than any page has to stop at before its content begins anew. */
const STOPS_MAX = 40
/** Pages of each kind: their stops are looked at in a wide window too. */
const WALKED_WIDE = ['/', '/playground', '/settings/audit']
/** Pages that are open at a time: each waits some of the time. */
const TABS = 3

const BUILT = new URL('../dist/', import.meta.url)
type Manifest = Record<string, { file: string; css?: string[] }>

type Shift = { value: number; of: string | undefined }
/** What is looked for on every page. */
type Looked = 'script' | 'late' | 'fonts' | 'shifts' | 'troubles' | 'obstacles' | 'width' | 'motion' | 'focus'

let browser: Browser
let server: TestServer
/** Of a person whose account has something on every page. */
let inside: BrowserContextOptions
/** Nobody has set it up: what its engine says of itself is real. */
let empty: TestServer
const found: Record<Looked, string[]> = {
  script: [],
  late: [],
  fonts: [],
  shifts: [],
  troubles: [],
  obstacles: [],
  width: [],
  motion: [],
  focus: [],
}

// Each page is opened twice, and everything is looked at then: it is the opening that takes long.
before(async () => {
  browser = await openBrowser()
  empty = await startServer({ isEmpty: true, engine: 'espeak' })
  server = await startServer({ isEmpty: true })
  await using owner = await visit(browser)
  const { request } = owner.page.context()
  await setUp(request, server)
  const shown = await furnish(request, server)
  inside = { storageState: await owner.page.context().storageState() }
  await lookAtEach(addressesOf(shown, 'person'), server.url, inside)
  await lookAtEach(addressesOf(shown, 'nobody'), server.url, {})
  await lookAtEach(addressesOf(shown, 'first'), empty.url, {})
})
after(async () => {
  await browser.close()
  await Promise.all([server.stop(), empty.stop()])
})

test('no page takes much script, or fonts, until it can be used, nor with what it loads beforehand', () => {
  assert.deepEqual([found.script, found.late, found.fonts], [[], [], []])
})

test('no file of the pages is large: of one page alone, of the texts of a language, of all styles', () => {
  const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', BUILT), 'utf8')) as Manifest
  const large: string[] = []
  const weigh = (file: string, most: number): void => {
    const bytes = bytesOf(file, 'gz')
    if (bytes > most) large.push(`${file}: ${bytes}`)
  }
  for (const [source, { file, css = [] }] of Object.entries(manifest)) {
    if (source.startsWith('src/pages/'))
      weigh(file, source.startsWith('src/pages/usage/') ? USAGE_ROUTE_BYTES_MAX : ROUTE_BYTES_MAX)
    if (source.startsWith('src/i18n/de')) weigh(file, CATALOG_BYTES_MAX)
    for (const style of css) weigh(style, STYLE_BYTES_MAX)
  }
  assert.ok(Object.keys(manifest).length > 50)
  assert.deepEqual(large, [])
})

test('no page moves while it is drawn', () => {
  assert.deepEqual(found.shifts, [])
})

test('no page has an error, and the policy has nothing to stop', () => {
  assert.deepEqual(found.troubles, [])
})

test('no page has an obstacle, by day, by night, and in German at 400 %', () => {
  assert.deepEqual(found.obstacles, [])
})

test('no page is wider than its window, on a phone, and in German at 400 %', () => {
  assert.deepEqual(found.width, [])
})

test('nothing on any page moves where less motion is asked for', () => {
  assert.deepEqual(found.motion, [])
})

test('by Tab alone every stop of a page can be seen and is not covered, on a phone too, and the way leads out again', () => {
  assert.deepEqual(found.focus, [])
})

test('the voices of the engine that comes with the server are all there, whatever it calls their languages', async () => {
  await using person = await visit(browser)
  const { page } = person
  await setUp(page.request, empty)
  await page.goto(`${empty.url}/dashboard/voices`)
  await expect(page.getByText(/^\d{2,} voices/)).toBeVisible()
  await page.goto(`${empty.url}/dashboard/playground`)
  await expect(page.getByRole('button', { name: 'Speak', exact: true })).toBeVisible()
  await expect(page.getByRole('radio').nth(20)).toBeAttached()
  assert.deepEqual(person.troubles, [])
})

test('what opens over a page does so by a press that came before its script, has the focus, gives it back, and asks for no more script', async () => {
  await using person = await visit(browser, inside)
  const { page } = person
  await holdIdle(page)
  await openWhole(page, `${server.url}/dashboard/settings/api-keys`)
  const { promise: isThere, resolve: arrive } = Promise.withResolvers<void>()
  await page.route('**/assets/*.js', async (route) => {
    await isThere
    await route.continue()
  })
  const more = page.getByRole('button', { name: /Production server/ }).and(page.locator('[aria-haspopup]'))
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(more).toBeVisible()
  arrive()
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(more).toBeFocused()
  await untilWhole(page, () => page.evaluate(() => (globalThis as unknown as Held).goOn()))

  const asked: string[] = []
  page.on('request', (request) => void (/\.js$/.test(request.url()) && asked.push(request.url())))
  const create = page.getByRole('button', { name: 'Create API Key' })
  await create.click()
  await expect(page.getByRole('dialog').getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(create).toBeFocused()
  await page.getByRole('button', { name: 'Mara Lindholm' }).click()
  await expect(page.getByRole('menu')).toBeFocused()
  // Before a link has the focus: that begins to load where it leads.
  assert.deepEqual(asked, [])
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  assert.deepEqual(person.troubles, [])
})

/** Opens pages in a few tabs, and writes down what is found. */
async function lookAtEach(paths: string[], url: string, who: BrowserContextOptions): Promise<void> {
  const left = [...paths]
  const tab = async (): Promise<void> => {
    await using english = await visit(browser, { ...who, colorScheme: 'light' })
    await using german = await visit(browser, {
      ...who,
      viewport: ZOOMED,
      colorScheme: 'dark',
      reducedMotion: 'reduce',
      locale: 'de-DE',
    })
    await german.page.context().addCookies([{ name: 'kugelaudio.language', value: 'de', url }])
    const loaded = await filesLoadedBy(english.page)
    await watchShifts(english.page)
    await holdIdle(english.page)
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      const address = `${url}/dashboard${path}`
      // A link's secret is not for a test's output.
      const where = path.replace(/#.*/, '#…')
      const note = (what: Looked, texts: readonly string[]): void =>
        void found[what].push(...texts.map((text) => `${where}: ${text}`))
      await lookInEnglish(english, address, note, loaded)
      await lookInGerman(german, address, note)
    }
  }
  await Promise.all(Array.from({ length: TABS }, tab))
}

type Note = (what: Looked, texts: readonly string[]) => void

async function lookInEnglish({ page, troubles }: Visit, address: string, note: Note, loaded: Set<string>) {
  await page.setViewportSize(WIDE)
  await page.emulateMedia({ colorScheme: 'light' })
  // A link that differs in its fragment alone would not be loaded anew.
  await page.goto('about:blank')
  loaded.clear()
  await openWhole(page, address)
  const isTooMuch = (bytes: number, most: number): string[] => (bytes > most ? [`${bytes} bytes`] : [])
  const script = sumOf(loaded, '.js', 'gz')
  assert.ok(script > 50_000, `${address.replace(/#.*/, '')}: its script was seen`)
  note('script', isTooMuch(script, SCRIPT_BYTES_MAX))
  if (address.endsWith('/sign-in'))
    note('script', isTooMuch(sumOf(loaded, '.js', 'br'), SIGN_IN_BROTLI_BYTES_MAX))
  note('fonts', isTooMuch(sumOf(loaded, '.woff2', 'gz'), FONT_BYTES_MAX))
  await untilWhole(page, () => page.evaluate(() => (globalThis as unknown as Held).goOn()))
  note('late', isTooMuch(sumOf(loaded, '.js', 'br'), WITH_LATE_BROTLI_BYTES_MAX))
  const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts)
  const shift = shifts.reduce((sum, { value }) => sum + value, 0)
  note('shifts', shift > SHIFT_MAX ? [`${shift} ${shifts.map(({ of }) => of).join(' | ')}`] : [])
  note('obstacles', await obstacles(page))
  await page.emulateMedia({ colorScheme: 'dark' })
  note('obstacles', await obstacles(page, OF_COLOURS))
  if (WALKED_WIDE.some((path) => address.endsWith(`/dashboard${path}`))) await walk(page, note)
  await page.setViewportSize(NARROW)
  await noteWidth(page, note)
  await walk(page, note)
  note('troubles', troubles.splice(0))
}

async function lookInGerman({ page, troubles }: Visit, address: string, note: Note): Promise<void> {
  await page.goto('about:blank')
  await openWhole(page, address)
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
  await noteWidth(page, note)
  const moving = await page.evaluate(
    (most) =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationDuration } = getComputedStyle(element)
          return [transitionDuration, animationDuration].some((all) =>
            all.split(',').some((one) => Number.parseFloat(one) > most),
          )
        })
        .map(({ outerHTML }) => outerHTML.slice(0, 100)),
    MOTION_S_MAX,
  )
  note('motion', moving)
  note('obstacles', await obstacles(page))
  note('troubles', troubles.splice(0))
}

/** Names of the files that a page loads from now on, each time as if nothing was kept. */
async function filesLoadedBy(page: Page): Promise<Set<string>> {
  const loaded = new Set<string>()
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  await network.send('Network.setCacheDisabled', { cacheDisabled: true })
  page.on('request', (request) => {
    const [, name] = /\/dashboard\/(assets\/.+)/.exec(request.url()) ?? []
    if (name !== undefined) loaded.add(name)
  })
  return loaded
}

/** How large a file of the pages is as it is sent. */
function bytesOf(file: string, encoding: 'gz' | 'br'): number {
  const small = new URL(`${file}.${encoding}`, BUILT)
  return statSync(existsSync(small) ? small : new URL(file, BUILT)).size
}

const sumOf = (files: Set<string>, ending: string, encoding: 'gz' | 'br'): number =>
  [...files].filter((file) => file.endsWith(ending)).reduce((sum, file) => sum + bytesOf(file, encoding), 0)

type Held = { goOn: () => void }

/** Keeps pages from doing what they do when nothing else is to be done, until they are told to go on. */
async function holdIdle(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const held = new Map<number, () => void>()
    let number = 0
    let isHolding = true
    Object.assign(globalThis, {
      requestIdleCallback: (act: () => void): number => {
        if (isHolding) held.set(++number, act)
        else act()
        return number
      },
      cancelIdleCallback: (one: number) => held.delete(one),
      goOn: () => {
        isHolding = false
        for (const act of held.values()) act()
      },
    })
  })
}

/** Has each page that is opened write down what moves in it without being asked. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        sources: { node: Element | null }[]
      })[])
        shifts.push({ value: entry.value, of: entry.sources[0]?.node?.outerHTML?.slice(0, 120) })
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

async function noteWidth(page: Page, note: Note): Promise<void> {
  const pixels = await overflow(page)
  note('width', pixels > 0 ? [`by ${pixels} px at ${page.viewportSize()?.width}`] : [])
}

/** Goes through a page by Tab. */
async function walk(page: Page, note: Note): Promise<void> {
  const stops = new Set<string>()
  for (let at = 0; at < STOPS_MAX; at++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(stopOf)
    if (stop === null) break
    if (stop.trouble !== null)
      note('focus', [`at ${page.viewportSize()?.width} ${stop.html} ${stop.trouble}`])
    stops.add(stop.html)
  }
  if (stops.size <= 2) note('focus', [`stops only at ${[...stops].join('\n')}`])
}

/** Where the focus is, and what is wrong with it there; null when it has left the page. Runs in the page. */
function stopOf(): { html: string; trouble: string | null } | null {
  const focused = document.activeElement
  if (focused === null || focused === document.body) return null
  const html = focused.outerHTML.slice(0, 160)
  const { left, top, width, height } = focused.getBoundingClientRect()
  const [x, y] = [left + width / 2, top + height / 2]
  if (width === 0 || height === 0) return { html, trouble: 'has no size' }
  if (y < 0 || y > innerHeight) return { html, trouble: `is outside of the window at ${x}, ${y}` }
  const over = document.elementFromPoint(Math.min(Math.max(x, 0), innerWidth - 1), y)
  const isCovered = over !== null && !over.contains(focused) && !focused.contains(over)
  const label = focused.closest('label')
  if (isCovered && !label?.contains(over))
    return { html, trouble: `is under ${over?.outerHTML.slice(0, 160)}` }
  const ringed = [focused, ...(label === null ? [] : [label])].some((element) => {
    const { outlineStyle, boxShadow } = getComputedStyle(element)
    return outlineStyle !== 'none' || boxShadow !== 'none'
  })
  return { html, trouble: ringed ? null : 'does not show that it has the focus' }
}
