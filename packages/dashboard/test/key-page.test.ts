import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { USES_WRITTEN_MS } from '../../server/src/keys/last-used.ts'
import { SpeakClient } from '../../server/test/harness/speak-client.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { answer, expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { signUp } from './harness/people.ts'

let server: TestServer
let browser: Browser
before(async () => {
  server = await startServer()
  await server.engine.offer()
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

/** A key of whoever is signed in on a page. */
async function makeKey(page: Page, name: string): Promise<{ id: string; key: string }> {
  const made = await page.request.post(`${server.url}/v1/api-keys`, {
    data: { name, environment: 'production' },
    headers: { origin: server.url },
  })
  assert.equal(made.status(), 201, await made.text())
  return (await made.json()) as { id: string; key: string }
}

const statusOf = async (key: string): Promise<number> =>
  (await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

test('one stream of three is ended on the page of its key, and a narrowed scope reaches the others while they are open', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Ada', email: 'ada@example.org' })
  await page.goto(`${server.url}/dashboard/settings/api-keys/none`)
  await expect(page.getByRole('heading', { name: 'Nothing here under this address.' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'All of them: API Keys' })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  const { key } = await makeKey(page, 'Kiosk')
  const first = await SpeakClient.open(server, key)
  const second = await SpeakClient.open(server, key)
  const third = await SpeakClient.open(server, key)
  assert.ok((await second.speak('Good morning.')).final)
  // The page's clock is looked at twice a minute: what has begun since then is not to come.
  await page.clock.setFixedTime(Date.now() - 20_000)
  await page.goto(`${server.url}/dashboard/settings/api-keys`)
  await page.clock.setFixedTime(Date.now())
  await expect(page.getByRole('row', { name: /Kiosk/ }).getByText('3 streams')).toBeVisible()
  await page.getByRole('link', { name: 'Kiosk' }).click()
  await expect(page.getByRole('heading', { name: 'Kiosk' })).toBeVisible()
  await expect(page.getByRole('row', { name: /^just now 127\.0\.0\.1/ })).toHaveCount(3)
  assert.deepEqual(await obstacles(page), [])
  await page
    .getByRole('row', { name: /127\.0\.0\.1/ })
    .first()
    .getByRole('button', { name: /End stream/ })
    .click()
  await expect(page.getByRole('status').filter({ hasText: /Ended\. \d+ ms\./ })).toBeVisible()
  assert.equal((await first.closed).code, 4003)
  await expect(page.getByRole('row', { name: /127\.0\.0\.1/ })).toHaveCount(2)
  for (const other of [second, third]) assert.ok((await other.speak('Still here.')).final)

  await page.getByRole('tab', { name: 'Access' }).click()
  assert.deepEqual(await obstacles(page), [])
  await page.getByRole('radio', { name: /^Look/ }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/Applied on 1 node in [\d.]+ ms/)).toBeVisible()
  for (const other of [second, third]) assert.equal((await other.closed).code, 4003)
  await page.getByRole('tab', { name: 'History' }).click()
  await page
    .getByRole('button', { name: /Show receipt/ })
    .first()
    .click()
  await expect(page.getByRole('alertdialog').getByRole('heading', { name: 'Changed' })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})

test('after a rotation the page lists who is still on the old secret, and ending it stops them with a receipt', async () => {
  await using person = await visit(browser, { viewport: NARROW, colorScheme: 'dark' })
  const { page } = person
  await signUp(page, server.url, { name: 'Bea', email: 'bea@example.org' })
  const { id, key: old } = await makeKey(page, 'Rotated')
  await page.goto(`${server.url}/dashboard/settings/api-keys/${id}`)
  await page.getByRole('button', { name: 'Rotate…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
  await expect(dialog.getByRole('heading', { name: 'Copy your key now' })).toBeVisible()
  const fresh =
    (await dialog
      .locator('code')
      .filter({ hasText: /^ka_[0-9A-Za-z]{46}$/ })
      .textContent()) ?? ''
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Close without copying' }).click()
  await expect(page.getByRole('heading', { name: 'Still on the old secret: 0' })).toBeVisible()
  await expect(page.getByText('Nobody has been seen on the old secret yet.')).toBeVisible()
  await expect(page.getByText('Safe to end.')).toHaveCount(0)

  assert.equal(await statusOf(old), 200)
  server.clock.fire(USES_WRITTEN_MS)
  await expect(page.getByRole('heading', { name: 'Still on the old secret: 1' })).toBeVisible()
  await expect(page.getByText('1 client still uses it. It would stop at once.')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: '127.0.0.1' })).toBeVisible()
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  // Whoever has switched is heard of no more; an hour later.
  const laterMs = Date.now() + 3_600_000
  await page.clock.setFixedTime(laterMs)
  await expect(page.getByText(/Nobody has used the old secret for .*\. Safe to end\./)).toBeVisible()
  await page.getByRole('button', { name: 'End old secret now' }).click()
  await page.clock.setFixedTime(laterMs + 1_000)
  const question = page.getByRole('alertdialog')
  await answer(question, 'End old secret now', question.getByRole('button', { name: 'Download receipt' }))
  assert.equal(await statusOf(old), 401)
  assert.equal(await statusOf(fresh), 200)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('heading', { name: /Still on the old secret/ })).toBeHidden()
  assert.deepEqual(person.troubles, [])
})

test('living tokens are seen and ended; the builder writes what the server takes and says what it would refuse', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Cem', email: 'cem@example.org' })
  const { id, key } = await makeKey(page, 'Hands out tokens')
  const minted = await fetch(`${server.url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"ttl_seconds":600,"single_use":false}',
  })
  const { token } = (await minted.json()) as { token: string }
  await page.goto(`${server.url}/dashboard/settings/api-keys/${id}?tab=tokens`)
  await page.getByLabel('Life in seconds').fill('7200')
  await expect(page.getByText('Enter a whole number from 1 to 3600.')).toBeVisible()
  await page.getByLabel('Life in seconds').fill('90')
  await page.getByLabel('Allowed origin').fill('https://app.example.com')
  const code = (await page.getByRole('region', { name: 'curl' }).textContent()) ?? ''
  const body = /-d '(.*)'/.exec(code)?.[1] ?? ''
  const again = await fetch(`${server.url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  })
  assert.equal(again.status, 201, body)
  assert.deepEqual(((await again.json()) as { origins: string[] }).origins, ['https://app.example.com'])
  assert.deepEqual(await obstacles(page), [])
  await page.reload()
  await expect(page.getByRole('row', { name: /tok_/ })).toHaveCount(2)
  await page.getByRole('row', { name: /tok_/ }).last().getByRole('button', { name: /^End/ }).click()
  await expect(page.getByRole('row', { name: /tok_/ })).toHaveCount(1)
  const refused = await SpeakClient.open(server, { query: `?token=${token}` }).then(
    () => 'open',
    () => 'refused',
  )
  assert.equal(refused, 'refused')
  assert.deepEqual(person.troubles, [])
})
