import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '@playwright/test'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit, WIDE } from './harness/browser.ts'
import { setUp } from './harness/showcase.ts'

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

test('by day and night, wide and narrow, no page of the documentation has an obstacle or is wider than the window', async () => {
  for (const [viewport, colorScheme] of [
    [WIDE, 'light'],
    [NARROW, 'dark'],
  ] as const) {
    await using reader = await visit(browser, { viewport, colorScheme })
    const { page } = reader
    for (const path of ['quickstart', 'http-tokens', 'errors']) {
      await page.goto(`${server.url}/docs/${path}`)
      assert.deepEqual(await obstacles(page), [], path)
      assert.equal(await overflow(page), 0, path)
    }
    assert.deepEqual(reader.troubles, [])
  }
})

test('from every page of the dashboard the documentation is one press away, in the theme that was chosen', async () => {
  await using person = await visit(browser, { colorScheme: 'light' })
  const { page } = person
  await setUp(page.request, server)
  await page.context().addCookies([{ name: 'kugelaudio.theme', value: 'dark', url: server.url }])
  await page.goto(`${server.url}/dashboard/usage`)
  await page.getByRole('link', { name: 'Docs' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Quickstart' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  assert.deepEqual(person.troubles, [])
})
