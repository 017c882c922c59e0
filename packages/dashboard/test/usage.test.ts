import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser } from '@playwright/test'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { furnish, setUp } from './harness/showcase.ts'

let server: TestServer
let browser: Browser
before(async () => {
  server = await startServer({ isEmpty: true })
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

test('usage is drawn, told in words and read by arrow keys; its table and its file have the same rows', async () => {
  await using person = await visit(browser)
  const { page } = person
  const { request } = page.context()
  await setUp(request, server)
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
  assert.deepEqual(await obstacles(page), [])
  await page.getByLabel('Table').check()
  await expect(page).toHaveURL(/by=key.*table=true/)
  const rows = page.getByRole('region', { name: 'Table' }).locator('tbody tr')
  await expect(rows).toHaveCount(4)
  const shown = await rows.evaluateAll((elements) =>
    elements.map((row) =>
      [...row.children].map((cell) => cell.getAttribute('data-value') ?? cell.textContent),
    ),
  )
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ])
  const [names, ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  assert.equal(names, 'day,key_id,key_name,requests,characters,audio_seconds,errors')
  // None but a name that has a comma is quoted here.
  const cells = lines.map((line) =>
    (line.match(/"[^"]*"|[^,]+/g) ?? []).map((cell) => cell.replaceAll('"', '')),
  )
  assert.deepEqual(
    cells.map(([day, , ...rest]) => [day, ...rest]),
    shown,
  )
  await page.setViewportSize(NARROW)
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})
