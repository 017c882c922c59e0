import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { OPERATOR } from '../../server/src/store/audit-log.ts'
import { monthOf } from '../../server/src/store/usage.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import {
  expect,
  NARROW,
  obstacles,
  openBrowser,
  overflow,
  type Visit,
  visit,
  WIDE,
} from './harness/browser.ts'
import { furnish, setUp } from './harness/showcase.ts'

let server: TestServer
let browser: Browser
let person: Visit
before(async () => {
  server = await startServer({ isEmpty: true })
  browser = await openBrowser()
  person = await visit(browser)
  await setUp(person.page.request, server)
})
after(async () => {
  await person[Symbol.asyncDispose]()
  await browser.close()
  await server.stop()
})

/** Every cell of the table's rows as the API said it. */
const cellsOf = (page: Page): Promise<(string | null)[][]> =>
  page
    .getByRole('region', { name: 'Table' })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.getAttribute('data-value') ?? cell.textContent)),
    )

/** The names and the rows of the file; only names that have a comma are quoted here. */
async function fileOf(page: Page): Promise<{ names: string | undefined; rows: string[][] }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ])
  const [names, ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  const rows = lines.map((line) =>
    line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((cell) => cell.replaceAll('"', '')),
  )
  return { names, rows }
}

test('usage is drawn, told in words and read by arrow keys; its table and its file have the same rows', async () => {
  const { page } = person
  const { request } = page.context()
  await page.goto(`${server.url}/dashboard/usage`)
  await expect(page.getByRole('heading', { name: 'Nothing spoken in this range.' })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await furnish(request, server)
  await page.reload()
  const chart = page.getByRole('group', { name: 'Characters' })
  await chart.focus()
  await page.keyboard.press('ArrowLeft')
  const asked = await request.get(`${server.url}/v1/usage`, { headers: { origin: server.url } })
  const { totals } = (await asked.json()) as { totals: { characters: number } }
  assert.ok(totals.characters > 100)
  const figure = page.getByRole('figure').first()
  await expect(figure.getByRole('status')).toContainText(`: ${totals.characters}`)
  await expect(figure).toContainText(`${totals.characters} in 30 days`)
  await page.getByLabel('Compare with previous period').check()
  await expect(figure).toContainText('Nothing was spoken in the period before.')
  await page.getByLabel('Split by').selectOption('key')
  await expect(figure.getByRole('listitem').filter({ hasText: 'Production server' })).toBeVisible()
  const fills = await figure
    .locator('li rect')
    .evaluateAll((parts) => parts.map((part) => part.getAttribute('fill')))
  assert.equal(new Set(fills).size, 4, 'each part has a pattern of its own')
  const sound = page.getByRole('group', { name: 'First sound, ms' })
  await sound.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('figure').last().getByRole('status')).toContainText(
    /: Half within about [\d,.]+ ms/,
  )
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('figure').last().getByRole('status')).toContainText('nothing was heard')
  assert.deepEqual(await obstacles(page), [])
  await page.getByLabel('Table').check()
  await expect(page).toHaveURL(/by=key.*table=true/)
  await expect(page.getByRole('region', { name: 'Table' }).locator('tbody tr')).toHaveCount(4)
  const shown = await cellsOf(page)
  const { names, rows } = await fileOf(page)
  assert.equal(
    names,
    'day,key_id,key_name,requests,characters,audio_seconds,errors,first_audio_p50_ms,first_audio_p95_ms',
  )
  assert.deepEqual(
    rows.map(([day, , ...rest]) => [day, ...rest]),
    shown,
  )
  await page.setViewportSize(NARROW)
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})

test('a day is shown by its hours, in the time zone of whoever looks; the table and the file say them in UTC', async () => {
  const { page } = person
  await page.setViewportSize(WIDE)
  await page.goto(`${server.url}/dashboard/usage`)
  await page.getByLabel('Range').selectOption('24h')
  await expect(page).toHaveURL(/range=24h/)
  await expect(page.getByText(/^Hours are in your time zone/)).toBeVisible()
  await expect(page.getByRole('figure').first()).toContainText(/\d+ in 24 hours, most from \w+,? \d{1,2}:00/)
  await page.getByLabel('Table').check()
  const rows = page.getByRole('region', { name: 'Table' }).locator('tbody tr')
  await expect(rows.first()).toContainText(/\d{4}-\d\d-\d\dT\d\d:00Z/)
  const file = await fileOf(page)
  assert.match(file.names ?? '', /^hour,requests/)
  assert.deepEqual(file.rows, await cellsOf(page))
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})

test('a quota says at 80 % that it is nearly used up, at 100 % what happens now, and at 79 % neither', async () => {
  const { page } = person
  const session = await page.request.get(`${server.url}/v1/session`)
  const { account } = (await session.json()) as { account: { id: string } }
  await server.operator.accounts.changePlan(account.id, 'business', OPERATOR)
  const told = await page.request.get(`${server.url}/v1/account`)
  const { plan } = (await told.json()) as { plan: { characters_per_month: number } }
  const { query } = server.operator.store
  const meter = page.getByRole('meter', { name: 'Characters this month' })
  for (const [share, percent, words] of [
    [0.7999, '79%', []],
    [0.8, '80%', ['Nearly used up.']],
    [1, '100%', ['Used up: requests are refused with 402 until it starts anew.']],
  ] as const) {
    await query
      .updateTable('usage_quota')
      .set({ characters: plan.characters_per_month * share })
      .where('subject', '=', account.id)
      .where('period', '=', monthOf(server.clock.nowMs()))
      .execute()
    for (const path of ['/usage', '/settings/plan']) {
      await page.goto(`${server.url}/dashboard${path}`)
      await expect(meter).toHaveAttribute('aria-valuetext', new RegExp(` · ${percent}$`))
      const said = page.getByText(/^(Nearly used up|Used up: )/)
      await expect(said).toHaveText(words)
    }
  }
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})
