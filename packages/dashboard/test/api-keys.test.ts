import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '@playwright/test'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { signUp } from './harness/people.ts'

let server: TestServer
let browser: Browser
before(async () => {
  server = await startServer()
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

const statusOf = async (key: string): Promise<number> =>
  (await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

/** Of the text of a key. */
const LINE_PX = 20

test('sign up, Settings, API Keys, create, copy once, use, revoke: dead when the receipt is there', async () => {
  await using person = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = person
  await signUp(page, server.url, { name: 'Ada', email: 'ada@example.org', account: 'Engines' })
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible()
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('My first')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('heading', { name: 'Copy your key now' })).toBeFocused()
  const shown = await dialog.locator('code', { hasText: /^ka_\w{46}$/ }).boundingBox()
  assert.ok(shown !== null && shown.height < 2 * LINE_PX, 'a whole key fits on one line')
  await dialog.getByRole('button', { name: 'Copy key' }).click()
  const key = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(key, /^ka_[0-9A-Za-z]{46}$/)
  assert.equal(await statusOf(key), 200)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  assert.ok(!(await page.content()).includes(key), 'gone from the page when closed')
  const pressedMs = Date.now()
  await page.clock.setFixedTime(pressedMs)
  await page
    .getByRole('row', { name: /My first/ })
    .getByRole('button', { name: /^Revoke/ })
    .click()
  const question = page.getByRole('alertdialog')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  // A second press of a double click is not an answer: no time has gone by.
  await question.getByRole('button', { name: 'Revoke' }).click()
  assert.equal(await statusOf(key), 200)
  await page.clock.setFixedTime(pressedMs + 500)
  await question.getByRole('button', { name: 'Revoke' }).click()
  await expect(question.getByRole('heading', { name: /Revoked/ })).toBeVisible()
  assert.equal(await statusOf(key), 401)
  await expect(question.getByText('1 of 1 node confirmed')).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.emulateMedia({ media: 'print' })
  await expect(question.getByText('1 of 1 node confirmed')).toBeVisible()
  await expect(question.getByText('Download receipt')).toBeHidden()
  const sheet = await question.boundingBox()
  assert.ok(sheet !== null && sheet.x >= 0 && sheet.y >= 0, 'the proof stands on the paper')
  await expect(page.getByText('My first')).toBeHidden()
  assert.deepEqual(person.troubles, [])
})

test('a key that has not been copied cannot be lost by accident', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Bea', email: 'bea@example.org' })
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'My laptop' }).click()
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  const heading = dialog.getByRole('heading', { name: 'Copy your key now' })
  await expect(heading).toBeVisible()
  await page.mouse.click(5, 5)
  await expect(heading).toBeVisible()
  await page.keyboard.press('Escape')
  const question = dialog.getByRole('alert').filter({ hasText: "isn't copied yet" })
  await expect(question).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Copy and close' })).toBeFocused()
  await dialog.getByRole('button', { name: 'Close without copying' }).click()
  await expect(dialog).toBeHidden()
  // Back leads to another page of ours, of which no browser asks.
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  await dialog.getByRole('button', { name: 'My laptop' }).click()
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  await expect(heading).toBeVisible()
  await page.goBack()
  await expect(question).toBeVisible()
  await expect(heading).toBeVisible()
  assert.equal(new URL(page.url()).pathname, '/dashboard/settings/api-keys')
  assert.deepEqual(person.troubles, [])
})

test('on a phone the list is cards, nothing is wider than the screen, and nobody stumbles, by day and by night', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await using person = await visit(browser, { viewport: NARROW, colorScheme, locale: 'de-DE' })
    const { page } = person
    const email = `${colorScheme}@example.org`
    await page.goto(`${server.url}/dashboard/sign-up`)
    assert.deepEqual(await obstacles(page), [])
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Deutsch' }).waitFor()
    await signUp(page, server.url, { name: 'Kim', email })
    await page.goto(
      `${server.url}/dashboard/settings/api-keys?create&name=CI&environment=staging&expires=30d`,
    )
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('Prefilled by a link.')).toBeVisible()
    assert.deepEqual(await obstacles(page), [])
    await dialog.getByRole('button', { name: 'Create API Key' }).click()
    await expect(dialog.getByRole('heading', { name: 'Copy your key now' })).toBeVisible()
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await obstacles(page), [])
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Close without copying' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'CI' })).toBeVisible()
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await obstacles(page), [])
    assert.deepEqual(person.troubles, [])
  }
})
