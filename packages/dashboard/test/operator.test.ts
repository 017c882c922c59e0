import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { answer, expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { signUp } from './harness/people.ts'
import { setUp } from './harness/showcase.ts'

let server: TestServer
let browser: Browser
before(async () => {
  server = await startServer({ isEmpty: true, environment: { KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.1' } })
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

async function post<Answer>(page: Page, path: string, data: unknown): Promise<Answer> {
  const answer = await page.request.post(server.url + path, { data, headers: { origin: server.url } })
  assert.ok(answer.ok(), await answer.text())
  return (await answer.json()) as Answer
}

/** Begins to speak, and takes no more than the first sound: the rest waits. */
async function openStream(key: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const answer = await fetch(`${server.url}/v1/tts/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'A sentence that goes on. '.repeat(390), output_format: 'wav' }),
  })
  assert.equal(answer.status, 200, await (answer.ok ? '' : answer.text()))
  const reader = answer.body?.getReader() ?? assert.fail('no audio')
  await reader.read()
  return reader
}

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

test('the operator suspends an account with a running stream by typing its name: receipt, stream gone, its people are told', async () => {
  await using mara = await visit(browser)
  await using eve = await visit(browser, { viewport: NARROW, colorScheme: 'dark' })
  await setUp(mara.page.request, server)
  await signUp(eve.page, server.url, { name: 'Eve', email: 'eve@example.org', account: 'Noisy Toys' })
  const { key } = await post<{ key: string }>(eve.page, '/v1/api-keys', { name: 'Toy' })
  const stream = await openStream(key)
  await expect(eve.page.getByRole('link', { name: 'Operator' })).toHaveCount(0)
  await eve.page.goto(`${server.url}/dashboard/operator/accounts`)
  await expect(eve.page.getByText('Only those who operate this server see this.')).toBeVisible()
  assert.deepEqual(await obstacles(eve.page), [])
  await eve.page.goto(`${server.url}/dashboard/settings/api-keys`)
  await expect(eve.page.getByRole('link', { name: 'Toy' })).toBeVisible()

  await mara.page.goto(`${server.url}/dashboard`)
  await mara.page.getByRole('link', { name: 'Operator' }).click()
  const row = mara.page.getByRole('row', { name: /Noisy Toys/ })
  await expect(row).toContainText('eve@example.org')
  assert.deepEqual(await obstacles(mara.page), [])
  const own = mara.page.getByRole('row', { name: /Acme Voices/ })
  await expect(own.getByRole('button', { name: /Suspend/ })).toHaveCount(0)
  await row.getByRole('button', { name: /Suspend/ }).click()
  const question = mara.page.getByRole('alertdialog')
  await expect(question.getByText('1 key and 1 stream stop now.')).toBeVisible()
  await question.getByLabel('Type “Noisy Toys” to suspend it').fill('Noisy')
  await answer(question, 'Suspend', question.getByText('Type the name as it stands there: Noisy Toys.'))
  await expect(question.getByLabel('Type “Noisy Toys” to suspend it')).toBeFocused()
  await question.getByLabel('Type “Noisy Toys” to suspend it').fill('Noisy Toys')
  assert.deepEqual(await obstacles(mara.page), [])
  await answer(question, 'Suspend', question.getByRole('heading', { name: /is suspended/ }))
  await expect(question.getByText(/1 of 1 node confirmed in .* 1 running stream ended/)).toBeVisible()
  assert.deepEqual(await obstacles(mara.page), [])
  await assert.rejects(readToEnd(stream), 'half of it is not taken for all of it')
  await question.getByRole('button', { name: 'Done' }).click()
  await expect(row).toContainText('Suspended')

  await expect(eve.page.getByRole('alert').getByText('This account is suspended.').first()).toBeVisible()
  await eve.page.goto(`${server.url}/dashboard`)
  await expect(eve.page.getByRole('main').getByText('This account is suspended.').first()).toBeVisible()
  await expect(eve.page.getByText('Your role does not allow this.')).toHaveCount(0)
  assert.equal(await overflow(eve.page), 0)
  assert.deepEqual(await obstacles(eve.page), [])
  await row.getByRole('button', { name: /Resume/ }).click()
  await answer(question, 'Resume', question.getByRole('heading', { name: /works again/ }))
  await question.getByRole('button', { name: 'Done' }).click()
  await row.getByRole('button', { name: /Change plan/ }).click()
  await question.getByLabel('Plan').selectOption('business')
  const onBusiness = question.getByRole('heading', { name: '“Noisy Toys” is on business now.' })
  await answer(question, 'Change plan', onBusiness)
  await question.getByRole('button', { name: 'Done' }).click()
  await mara.page.getByRole('link', { name: 'Noisy Toys' }).click()
  await expect(mara.page.getByRole('heading', { name: 'Noisy Toys', level: 1 })).toBeVisible()
  await expect(mara.page.getByRole('row', { name: /Toy/ })).toContainText(/ka_…/)
  await expect(mara.page.getByRole('heading', { name: 'Usage' })).toBeVisible()
  assert.deepEqual(await obstacles(mara.page), [])
  await mara.page.getByRole('button', { name: 'Suspend' }).click()
  await expect(question.getByText('1 key and 0 streams stop now.')).toBeVisible()
  await question.getByRole('button', { name: 'Cancel' }).click()
  for (const [path, seen] of [
    ['plans', '1 account · 0 running streams'],
    ['nodes', 'Up to date'],
    ['engines', 'Nothing waits.'],
    ['health', 'SQLite, in the data folder'],
  ] as const) {
    await mara.page.goto(`${server.url}/dashboard/operator/${path}`)
    await expect(mara.page.getByText(seen).first()).toBeVisible()
    assert.deepEqual(await obstacles(mara.page), [])
  }
  assert.deepEqual([mara.troubles, eve.troubles], [[], []])
  // Who only looks has changed nothing: where there is no answer, nothing may or may not have happened.
  await mara.page.route('**/v1/operator/server', (route) => route.abort('connectionreset'))
  await mara.page.goto(`${server.url}/dashboard/operator/nodes`)
  await expect(mara.page.getByRole('alert')).toContainText("The server doesn't answer.")
})
