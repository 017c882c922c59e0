import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { OPERATOR } from '../../server/src/store/audit-log.ts'
import { Receiver } from '../../server/test/harness/receiver.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { answer, expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { signUp } from './harness/people.ts'

let server: TestServer
let browser: Browser
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.1' } })
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

/** What is waited for at most after a first failed try. */
const FIRST_WAIT_MS_MAX = 6_000

/** Puts the account of whoever is signed in on a plan. */
async function putOn(page: Page, plan: string): Promise<void> {
  const session = await (await page.request.get(`${server.url}/v1/session`)).json()
  await server.operator.accounts.changePlan(session.account.id, plan, OPERATOR)
}

const post = async (page: Page, path: string, data: unknown): Promise<void> => {
  const answer = await page.request.post(server.url + path, { data, headers: { origin: server.url } })
  assert.ok(answer.ok(), await answer.text())
}

test('webhooks: not on the plan, then added, refused at private addresses, tested, failing, sent again, paused', async () => {
  const receiver = await Receiver.start()
  await using person = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = person
  const open = (path: string) => page.goto(`${server.url}/dashboard/settings/${path}`)
  try {
    await signUp(page, server.url, { name: 'Ada', email: 'ada@example.org', account: 'Engines' })
    for (const [path, name] of [
      ['webhooks', 'Webhooks'],
      ['audit', 'Audit log'],
    ] as const) {
      await open(path)
      await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
      await expect(page.getByRole('heading', { name: 'Not part of the plan “free”' })).toBeVisible()
      await expect(page.getByRole('link', { name: 'See plans' })).toBeVisible()
      assert.deepEqual(await obstacles(page), [])
    }
    await putOn(page, 'business')
    await open('webhooks')
    await page.getByRole('button', { name: 'Add endpoint' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Address').fill('https://10.0.0.8/hook')
    await dialog.getByRole('button', { name: 'Add endpoint' }).click()
    await expect(dialog.getByText('Private addresses are blocked.')).toBeVisible()
    await expect(dialog.getByLabel('Address')).toBeFocused()
    await dialog.getByLabel('Address').fill(`${receiver.url}/hook`)
    assert.deepEqual(await obstacles(page), [])
    await dialog.getByRole('button', { name: 'Add endpoint' }).click()
    await expect(dialog.getByRole('heading', { name: 'Copy the signing secret now' })).toBeFocused()
    await dialog.getByRole('button', { name: 'Copy secret' }).click()
    const secret = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(secret, /^whsec_/)
    await dialog.getByRole('button', { name: 'Done' }).click()
    assert.ok(!(await page.content()).includes(secret), 'gone from the page when closed')

    await page.getByRole('link', { name: `${receiver.url}/hook` }).click()
    await page.getByRole('button', { name: 'Send test event' }).click()
    await expect(page.getByText('The test event arrived: status 204.')).toBeVisible()
    receiver.answer = (response) => response.writeHead(503).end('out of order')
    await page.getByRole('button', { name: 'Send test event' }).click()
    await expect(page.getByText('The test event did not arrive.')).toBeVisible()
    const given = page.getByRole('listitem').filter({ hasText: 'Given up' })
    await given.locator('summary').click()
    await expect(given.getByText('out of order')).toBeVisible()
    assert.deepEqual(await obstacles(page), [])
    receiver.answer = (response) => response.writeHead(204).end()
    await given.getByRole('button', { name: 'Send again' }).click()
    await expect(given).toHaveCount(0)
    receiver.answer = (response) => response.writeHead(500).end()
    // However slow this machine is, a second try is due only when this test says so.
    using _held = server.clock.hold()
    await post(page, '/v1/api-keys', { name: 'Heard of' })
    const waiting = page.getByRole('listitem').filter({ hasText: 'key.created' })
    await expect(waiting.getByText('Failed, will be tried again')).toBeVisible()
    await expect(waiting.getByText('Try 1 of 8 · 500')).toBeVisible()
    await expect(waiting.getByText(/^Next try in/)).toBeVisible()
    await expect(page.getByText(/^Failing for/)).toBeVisible()
    server.clock.advance(FIRST_WAIT_MS_MAX)
    await expect(waiting.getByText('Try 2 of 8 · 500')).toBeVisible()
    await page.goto(`${server.url}/dashboard`)
    await page.getByRole('link', { name: `Messages to ${new URL(receiver.url).host} do not arrive` }).click()
    await expect(page.getByRole('heading', { name: 'Webhook', exact: true })).toBeVisible()
    await page.setViewportSize(NARROW)
    assert.equal(await overflow(page), 0)
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Paused', { exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Send test event' })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
    await page.getByRole('button', { name: 'Delete' }).click()
    await answer(
      page.getByRole('alertdialog'),
      'Delete',
      page.getByRole('heading', { name: 'No endpoints yet' }),
    )
    assert.equal(await overflow(page), 0)
    assert.deepEqual(person.troubles, [])
  } finally {
    receiver.stop()
  }
})

test('the audit log filters, opens an event, waits with what is new, exports, and says where it was tampered with', async () => {
  await using person = await visit(browser, { locale: 'de-DE', colorScheme: 'dark' })
  const { page } = person
  await page.goto(`${server.url}/dashboard/sign-up`)
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Deutsch' }).waitFor()
  await signUp(page, server.url, { name: 'Bea', email: 'bea@example.org' })
  await putOn(page, 'business')
  await post(page, '/v1/api-keys', { name: 'Kiosk' })
  await page.goto(`${server.url}/dashboard/settings/audit`)
  await expect(page.getByText(/^Chain intact to event \d/)).toBeVisible()
  await expect(page.getByRole('row', { name: /Key created Kiosk \(ka_….{4}\) Bea/ })).toBeVisible()
  await page.getByRole('combobox', { name: 'What' }).selectOption('Key created')
  await expect(page.getByRole('row')).toHaveCount(2)
  assert.match(page.url(), /action=key\.created/)
  await page.getByRole('button', { name: 'Key created' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toHaveCount(2)
  assert.deepEqual(await obstacles(page), [])
  await dialog.getByRole('button', { name: 'More on the same' }).click()
  await expect(page.getByRole('button', { name: /^Only key_/ })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()

  await post(page, '/v1/api-keys', { name: 'Another' })
  const news = page.getByRole('button', { name: '1 new event' })
  await expect(news).toBeVisible()
  await expect(page.getByRole('row', { name: /Another/ })).toHaveCount(0)
  await news.click()
  await expect(page.getByRole('row', { name: /Another/ })).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export JSON Lines' }).click()
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n')
  assert.equal(JSON.parse(lines[0] ?? '').action, 'account.created')
  assert.deepEqual(await obstacles(page), [])

  const made = JSON.parse(lines.find((line) => line.includes('"key.created"')) ?? '')
  await server.operator.store.query
    .updateTable('audit_event')
    .set({ actor: 'nobody' })
    .where('seq', '=', made.seq)
    .execute()
  server.clock.advance(60_000)
  await page.setViewportSize(NARROW)
  await page.reload()
  await expect(page.getByRole('alert')).toContainText(`The chain is broken at event ${made.seq}.`)
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})
