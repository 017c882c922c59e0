import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import { startServer, type TestServer } from '../server/test/harness/test-server.ts'
import { SHOTS, type Shot, type Stage } from './shots.ts'
import { NARROW, openBrowser, visit, WIDE } from './test/harness/browser.ts'
import { createCast } from './test/harness/cast.ts'
import { furnish, rememberMonth, setUp } from './test/harness/showcase.ts'

/** Those that the README shows, as they are there. */
const README = ['keys', 'playground-spoken', 'receipt']
const README_VIEW: View = { viewport: { width: 1200, height: 760 }, colorScheme: 'light' }
/** As many as the pages' own colours and the edges of their letters take. */
const README_COLORS = 96

const FOLDER = fileURLToPath(new URL('./screenshots/', import.meta.url))
const README_FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
type View = { viewport: { width: number; height: number }; colorScheme: 'light' | 'dark' }
/** One after the other of the same page: a question that was answered once is looked at four times. */
const VIEWS: readonly View[] = [WIDE, NARROW].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

/**
 * `npm run screenshots [NAME…]`: these pages, or all, wide and narrow, by day and by night. `LANGUAGE=de` speaks German;
 * `LOOK=grey` shows them without colours, `LOOK=forced` in the system's, `LOOK=print` on paper.
 * `npm run screenshots -- --readme` makes those of the README anew.
 */
async function main(words: readonly string[]): Promise<void> {
  const isReadme = words.includes('--readme')
  const names = isReadme ? README : words
  const shots = SHOTS.filter(({ name }) => names.length === 0 || names.includes(name))
  if (names.length === 0) await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  const engine = isReadme ? 'espeak' : 'tone'
  const server = await startServer({ isEmpty: true, engine })
  const browser = await openBrowser()
  try {
    const stage = await furnished(browser, server, isReadme)
    for (const shot of shots) {
      const views = isReadme ? [README_VIEW] : VIEWS.filter(({ viewport }) => isShownAt(shot, viewport.width))
      try {
        if (!shot.isFresh) await shoot(browser, stage, shot, views)
        else {
          const fresh = await startServer({ isEmpty: true, engine })
          await fresh.engine.offer()
          await shoot(browser, { ...stage, server: fresh }, shot, views).finally(() => fresh.stop())
        }
      } catch (error) {
        process.exitCode = 1
        process.stderr.write(`${shot.name}: ${error instanceof Error ? error.message : error}\n`)
      }
    }
  } finally {
    await browser.close()
    await server.stop()
  }
  if (isReadme)
    for (const name of README)
      await makeSmall(`${FOLDER}${name}.png`, `${README_FOLDER}${nameInReadme(name)}.png`)
}

const isShownAt = ({ only }: Shot, width: number): boolean =>
  only === undefined || (only === 'narrow') === (width === NARROW.width)

type Furnished = Stage & { cast: ReturnType<typeof createCast> }

/** A server that has been at work for a while, and who looks at it. */
async function furnished(browser: Browser, server: TestServer, isReadme: boolean): Promise<Furnished> {
  await using owner = await visit(browser)
  const { request } = owner.page.context()
  await setUp(request, server)
  const shown = await furnish(request, server, isReadme ? 'en-us+f3' : 'tone-b')
  await rememberMonth(server, shown)
  const cast = createCast(browser, server)
  return { server, shown, cast, invite: cast.invite }
}

const LOOKS = {
  // As a style of the element itself, which the policy of pages leaves to scripts.
  grey: (page: Page) =>
    page.evaluate(() => document.documentElement.style.setProperty('filter', 'grayscale(1)')),
  forced: (page: Page) => page.emulateMedia({ forcedColors: 'active' }),
  print: (page: Page) => page.emulateMedia({ media: 'print' }),
} as const

/** Opens a page once, and takes its pictures. */
async function shoot(browser: Browser, stage: Furnished, shot: Shot, views: readonly View[]): Promise<void> {
  const { name, path, as = 'owner', arrange, before, isDisturbed, isElsewhere } = shot
  const locale = process.env['LANGUAGE'] === 'de' ? 'de-DE' : 'en-GB'
  const state = as === 'nobody' ? null : await stage.cast.enter(as)
  const host = isElsewhere ? 'lan.example' : '127.0.0.1'
  const cookies = state?.cookies.map((cookie) => ({ ...cookie, domain: host })) ?? []
  await using visitor = await visit(browser, { ...views[0], locale, storageState: { cookies, origins: [] } })
  const { page, troubles } = visitor
  page.setDefaultTimeout(PATIENCE_MS)
  await arrange?.(page, stage)
  const where = typeof path === 'string' ? path : await path(stage.shown, stage)
  await page.goto(`${stage.server.url.replace('127.0.0.1', host)}/dashboard${where}`)
  await page.getByRole('heading').first().waitFor()
  await before?.(page, stage)
  const look = process.env['LOOK'] as keyof typeof LOOKS | undefined
  for (const view of views) {
    await page.setViewportSize(view.viewport)
    await page.emulateMedia({ colorScheme: view.colorScheme })
    if (look !== undefined) await LOOKS[look](page)
    // What is asked for at first has been drawn.
    await page.waitForLoadState('networkidle')
    if (view !== README_VIEW) await page.setViewportSize(await whole(page, view.viewport))
    await page.evaluate(showCurrent)
    // A window that has grown is drawn anew.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    const file = fileOf(name, view)
    await page.screenshot({ path: file, animations: 'disabled' })
    process.stdout.write(`${file}\n`)
  }
  if (troubles.length > 0 && !isDisturbed) throw new Error(troubles.join('; '))
}

/** A row of links shows the current one when a page is opened, as it was before the window became narrow. Runs in the page. */
function showCurrent(): void {
  for (const link of document.querySelectorAll('main nav [aria-current=page]'))
    link.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

/** On a machine that has much to do. */
const PATIENCE_MS = 15_000

/** A window in which all of a page is seen; under a dialog it is as it was. */
async function whole(page: Page, { width, height }: View['viewport']): Promise<View['viewport']> {
  const all = await page.evaluate(() =>
    document.querySelector('[role=dialog], [role=alertdialog]') === null
      ? document.documentElement.scrollHeight
      : 0,
  )
  return { width, height: Math.max(all, height) }
}

const fileOf = (name: string, view: View): string => {
  if (view === README_VIEW) return `${FOLDER}${name}.png`
  const look = process.env['LOOK'] === undefined ? '' : `.${process.env['LOOK']}`
  return `${FOLDER}${name}.${view.viewport.width}.${view.colorScheme}${look}.png`
}

const nameInReadme = (name: string): string => name.replace(/-.*/, '')

/** With few colours a picture of a page is a third of its size, and looks the same. */
async function makeSmall(file: string, small: string): Promise<void> {
  const colors = `split[a][b];[a]palettegen=max_colors=${README_COLORS}[p];[b][p]paletteuse=dither=none`
  await promisify(execFile)('ffmpeg', ['-y', '-i', file, '-vf', colors, '-compression_level', '9', small])
}

await main(process.argv.slice(2))
