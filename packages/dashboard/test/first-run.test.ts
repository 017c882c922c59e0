import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { PASSWORD } from './harness/people.ts'

test('from an empty server to a key and its sound: from elsewhere only with the code, and the page is gone afterwards', async () => {
  const server = await startServer({ isEmpty: true })
  await server.engine.offer()
  const browser = await openBrowser()
  try {
    await using person = await visit(browser)
    const { page } = person
    const lan = server.url.replace('127.0.0.1', 'lan.example')
    await page.goto(`${lan}/dashboard/`)
    await expect(page.getByRole('heading', { name: 'Make this server yours' })).toBeVisible()
    await page.getByLabel('Your name').fill('Mara')
    await page.getByLabel('E-mail').fill('mara@example.org')
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByLabel('Setup code').fill('wrong')
    await page.getByRole('button', { name: 'Create operator account' }).click()
    await expect(page.getByText('That is not the code that was printed')).toBeVisible()
    await expect(page.getByLabel('Setup code')).toBeFocused()
    await expect(page.getByLabel('Your name')).toHaveValue('Mara')
    assert.deepEqual(await obstacles(page), [])
    await page.getByLabel('Setup code').fill((await server.serving.setupCode()) ?? '')
    await page.getByRole('button', { name: 'Create operator account' }).click()
    await page.getByRole('button', { name: 'Create key' }).click()
    await expect(page.getByRole('heading', { name: 'Copy your key now' })).toBeFocused()
    await page.getByRole('button', { name: 'Play what it returns' }).click()
    await expect(page.getByText(/First sound after \d+ ms/)).toBeVisible()
    assert.deepEqual(await obstacles(page), [])
    await page.getByRole('button', { name: 'Open the dashboard' }).click()
    await expect(page.getByRole('alert').filter({ hasText: "The key isn't copied yet." })).toBeVisible()
    await page.getByRole('button', { name: 'Go on without copying' }).click()
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    await expect(page.getByText('All quiet.')).toBeVisible()
    assert.deepEqual(await obstacles(page), [])

    await page.keyboard.press('Control+K')
    const palette = page.getByRole('dialog', { name: 'Go to' })
    await palette.getByRole('combobox').fill('first')
    await expect(palette.getByRole('option', { name: /First key/ })).toBeVisible()
    assert.deepEqual(await obstacles(page), [])
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'First key' })).toBeVisible()

    await using other = await visit(browser, { viewport: NARROW })
    await other.page.goto(`${server.url}/dashboard/setup`)
    await expect(other.page.getByText('This server has its operator already.')).toBeVisible()
    assert.equal(await overflow(other.page), 0)
    assert.deepEqual(other.troubles, [])
    assert.deepEqual(person.troubles, [])
  } finally {
    await browser.close()
    await server.stop()
  }
})
