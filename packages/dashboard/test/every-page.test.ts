import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit, WIDE } from './harness/browser.ts'
import { furnish, setUp } from './harness/showcase.ts'

/** Script that a page loads until it is whole, as it comes over the wire. */
const SCRIPT_BYTES_MAX = 190_000
const SIGN_IN_SCRIPT_BYTES_MAX = 135_000
/** Of the window, by its area and way: a font that comes later moves lines by less than a pixel. */
const SHIFT_MAX = 0.01
/** A window of 1280 × 1024 at 400 %. */
const ZOOMED = { width: 320, height: 256 }
/** Longer than anything may move where less motion is asked for. */
const MOTION_S_MAX = 0.08
/** More than any page has to stop at before its content begins anew. */
const STOPS_MAX = 40

const OUTSIDE = ['/sign-in', '/sign-up', '/reset']

type Shift = { value: number; of: string | undefined }

let server: TestServer
let browser: Browser
/** Of a person whose account has something on every page. */
let inside: BrowserContextOptions
let pages: string[]
before(async () => {
  server = await startServer({ isEmpty: true })
  browser = await openBrowser()
  await using owner = await visit(browser)
  const { request } = owner.page.context()
  await setUp(request, server)
  const { keys, voice, dictionary, webhook } = await furnish(request, server)
  inside = { storageState: await owner.page.context().storageState() }
  pages = [
    '/',
    '/playground',
    '/voices',
    `/voices/${voice}`,
    '/dictionaries',
    `/dictionaries/${dictionary}`,
    '/usage?by=key&compare=true',
    '/usage?by=key&range=24h&table=true',
    '/settings/api-keys',
    `/settings/api-keys/${keys[0]?.id}`,
    '/settings/members',
    '/settings/plan',
    '/settings/webhooks',
    `/settings/webhooks/${webhook}`,
    '/settings/audit',
    '/profile',
    '/profile/security',
    '/operator/accounts',
    '/operator/plans',
  ]
})
after(async () => {
  await browser.close()
  await server.stop()
})

/** Opens a page and waits until everything on it is there. */
async function openWhole(page: Page, path: string): Promise<void> {
  await page.goto(`${server.url}/dashboard${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
}

test('no page takes much script, none moves while it is drawn, and the policy has nothing to stop', async () => {
  const heavy: string[] = []
  const moved: string[] = []
  for (const path of [...OUTSIDE, ...pages]) {
    // Nothing is kept from the page before.
    await using person = await visit(browser, OUTSIDE.includes(path) ? {} : inside)
    const { page } = person
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
    const sizes: Promise<number>[] = []
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script')
        sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    await openWhole(page, path)
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    assert.ok(bytes > 10_000, `${path}: its script was seen`)
    const bytesMax = path === '/sign-in' ? SIGN_IN_SCRIPT_BYTES_MAX : SCRIPT_BYTES_MAX
    if (bytes > bytesMax) heavy.push(`${path}: ${bytes}`)
    const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts)
    const shift = shifts.reduce((sum, { value }) => sum + value, 0)
    if (shift > SHIFT_MAX) moved.push(`${path}: ${shift} ${shifts.map(({ of }) => of).join(' | ')}`)
    assert.deepEqual(person.troubles, [], path)
  }
  assert.deepEqual({ heavy, moved }, { heavy: [], moved: [] })
})

test('at 400 %, in German, by night and with less motion: nothing is wider than the window, moves, or is an obstacle', async () => {
  await using person = await visit(browser, {
    ...inside,
    viewport: ZOOMED,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    locale: 'de-DE',
  })
  const { page } = person
  await page.context().addCookies([{ name: 'kugelaudio.language', value: 'de', url: server.url }])
  for (const path of pages) {
    await openWhole(page, path)
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
    assert.equal(await overflow(page), 0, path)
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
    assert.deepEqual(moving, [], path)
    assert.deepEqual(await obstacles(page), [], path)
  }
  assert.deepEqual(person.troubles, [])
})

test('by Tab alone every stop of a page can be seen and is not covered, on a phone too, and the way leads out again', async () => {
  for (const [viewport, paths] of [
    [WIDE, ['/', '/playground', '/settings/audit']],
    [NARROW, pages],
  ] as const) {
    await using person = await visit(browser, { ...inside, viewport })
    const { page } = person
    for (const path of paths) {
      await openWhole(page, path)
      const stops = new Set<string>()
      for (let at = 0; at < STOPS_MAX; at++) {
        await page.keyboard.press('Tab')
        const stop = await page.evaluate(stopOf)
        if (stop === null) break
        assert.equal(stop.trouble, null, `${path} at ${viewport.width}: ${stop.html}`)
        stops.add(stop.html)
      }
      assert.ok(stops.size > 2, `${path}: ${[...stops].join('\n')}`)
    }
  }
})

test('the voices of the engine that comes with the server are all there, whatever it calls their languages', async () => {
  const spoken = await startServer({ isEmpty: true, engine: 'espeak' })
  try {
    await using person = await visit(browser)
    const { page } = person
    await setUp(page.request, spoken)
    await page.goto(`${spoken.url}/dashboard/voices`)
    await expect(page.getByText(/^\d{2,} voices/)).toBeVisible()
    await page.goto(`${spoken.url}/dashboard/playground`)
    await expect(page.getByRole('button', { name: 'Speak', exact: true })).toBeVisible()
    await expect(page.getByRole('radio').nth(20)).toBeAttached()
    assert.deepEqual(person.troubles, [])
  } finally {
    await spoken.stop()
  }
})

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
