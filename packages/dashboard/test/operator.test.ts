import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { OPERATOR } from '../../server/src/store/audit-log.ts'
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
  const suspend = question.getByRole('button', { name: 'Suspend' })
  await question.getByLabel('Type “Noisy Toys” to suspend it').fill('Noisy')
  await expect(suspend).toHaveAttribute('aria-disabled', 'true')
  await question.getByLabel('Type “Noisy Toys” to suspend it').fill('Noisy Toys')
  assert.deepEqual(await obstacles(mara.page), [])
  await answer(question, 'Suspend', question.getByRole('heading', { name: /is suspended/ }))
  await expect(question.getByText(/1 of 1 node confirmed in .* 1 running stream ended/)).toBeVisible()
  assert.deepEqual(await obstacles(mara.page), [])
  await assert.rejects(readToEnd(stream), 'half of it is not taken for all of it')
  await question.getByRole('button', { name: 'Done' }).click()
  await expect(row).toContainText('Suspended')

  await eve.page.goto(`${server.url}/dashboard/settings/api-keys`)
  await expect(eve.page.getByText('This account is suspended.').first()).toBeVisible()
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
  for (const [path, seen] of [
    ['plans', '1 account · 0 running streams'],
    ['server', 'Up to date'],
  ] as const) {
    await mara.page.goto(`${server.url}/dashboard/operator/${path}`)
    await expect(mara.page.getByText(seen).first()).toBeVisible()
    assert.deepEqual(await obstacles(mara.page), [])
  }
  assert.deepEqual([mara.troubles, eve.troubles], [[], []])
})

/** What an account can be looked at by. */
const PAGES = [
  '/',
  '/playground',
  '/settings/api-keys',
  '/settings/members',
  '/settings/plan',
  '/settings/webhooks',
  '/settings/audit',
  '/profile',
  '/profile/security',
]
/** Ids that belong to somebody. */
const ID = /\b(?:key|acc|usr|ses|inv|psk|wh|whk|hook|dlv|tok|rot)_[0-9A-Za-z_-]{8,}/g

test('another account sees nothing of this one: every page, and every call that its pages make with the ids of this one', async () => {
  await using ada = await visit(browser)
  await using bob = await visit(browser)
  for (const [{ page }, name] of [
    [ada, 'Ada'],
    [bob, 'Bob'],
  ] as const) {
    await signUp(page, server.url, { name, email: `${name}@example.org`, account: `${name}'s own` })
    const session = await (await page.request.get(`${server.url}/v1/session`)).json()
    await server.operator.accounts.changePlan(session.account.id, 'business', OPERATOR)
  }
  const { id } = await post<{ id: string }>(ada.page, '/v1/api-keys', { name: 'Only mine' })
  const hook = await post<{ id: string }>(ada.page, '/v1/webhooks', { url: 'http://127.0.0.1:9/' })
  await post(ada.page, '/v1/invitations', { email: 'friend@example.org', role: 'viewer' })
  await post(ada.page, `/v1/webhooks/${hook.id}/test`, undefined)

  const calls = new Map<string, { method: string; path: string; body: string | null }>()
  const ids = new Set<string>()
  ada.page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (!/^\/(?:v1|api)\//.test(pathname)) return
    const call = { method: request.method(), path: pathname + search, body: request.postData() }
    calls.set(`${call.method} ${call.path}`, call)
  })
  ada.page.on('response', async (response) => {
    if (!/\/v1\//.test(response.url()) || !response.ok()) return
    for (const found of (await response.text().catch(() => '')).match(ID) ?? []) ids.add(found)
  })
  for (const path of [...PAGES, `/settings/api-keys/${id}`, `/settings/webhooks/${hook.id}`]) {
    await ada.page.goto(`${server.url}/dashboard${path}`)
    await ada.page.getByRole('heading', { level: 1 }).waitFor()
    await ada.page.waitForLoadState('networkidle')
  }
  assert.ok(ids.has(id) && ids.has(hook.id), 'the ids of this account were seen')
  assert.ok(calls.size > 12, `${calls.size} calls`)

  for (const { method, path, body } of calls.values()) {
    const answer = await bob.page.request.fetch(server.url + path, {
      method,
      headers: { origin: server.url, 'content-type': 'application/json' },
      ...(body === null ? {} : { data: body }),
    })
    const text = await answer.text()
    const namesOne = [...ids].some((known) => path.includes(known))
    if (namesOne && !path.includes('?')) assert.equal(answer.status(), 403, `${method} ${path}: ${text}`)
    for (const known of ids) assert.ok(!text.includes(known), `${method} ${path} tells of ${known}`)
    assert.ok(!text.includes('Only mine') && !text.includes('friend@example.org'), `${method} ${path}`)
  }
  for (const path of [...PAGES, `/settings/api-keys/${id}`, `/settings/webhooks/${hook.id}`]) {
    await bob.page.goto(`${server.url}/dashboard${path}`)
    await bob.page.getByRole('heading').or(bob.page.getByRole('alert')).first().waitFor()
    await bob.page.waitForLoadState('networkidle')
    const text = await bob.page.content()
    for (const word of ['Only mine', 'friend@example.org', "Ada's own"])
      assert.ok(!text.includes(word), `${path} shows ${word}`)
  }
})
