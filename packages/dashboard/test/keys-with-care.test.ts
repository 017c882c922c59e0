import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RECENT_SIGN_IN_SECONDS } from '@kugelaudio/contract'
import type { Browser, Page, Route } from '@playwright/test'
import { USES_WRITTEN_MS } from '../../server/src/keys/last-used.ts'
import { OPERATOR } from '../../server/src/store/audit-log.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { answer, expect, obstacles, openBrowser, visit } from './harness/browser.ts'
import { PASSWORD, signUp } from './harness/people.ts'

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

const listed = async (page: Page, query = ''): Promise<{ id: string; name: string; scopes: string[] }[]> => {
  const answer = await page.request.get(`${server.url}/v1/api-keys?${query}`)
  return ((await answer.json()) as { keys: { id: string; name: string; scopes: string[] }[] }).keys
}

/** Gives the account of whoever is signed in a plan with all that keys can have. */
async function withEveryFeature(page: Page): Promise<void> {
  const session = await page.request.get(`${server.url}/v1/session`)
  const { account } = (await session.json()) as { account: { id: string } }
  await server.operator.accounts.changePlan(account.id, 'enterprise', OPERATOR)
}

test('what is wrong with a new key is said at its field, the first of them has the focus, and nothing typed is lost', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Ada', email: 'ada@example.org' })
  await withEveryFeature(page)
  await page.goto(
    `${server.url}/dashboard/settings/api-keys?create&name=CI&environment=staging&scopes=speech:generate&expires=30d`,
  )
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Prefilled by a link.')).toBeVisible()
  assert.deepEqual(await listed(page), [], 'a link never submits by itself')
  await dialog.getByLabel('Name').fill('')
  await dialog.getByLabel('Expires').selectOption('date')
  await dialog.getByLabel('Last day').fill('2001-01-01')
  await dialog.getByText('More options').click()
  await expect(dialog.getByRole('checkbox', { name: 'speech:generate' })).toBeChecked()
  await dialog.getByRole('checkbox', { name: 'speech:generate' }).uncheck()
  await expect(dialog.getByText(/^Nothing yet · any address/)).toBeVisible()
  const addresses = dialog.getByRole('textbox', { name: 'Addresses' })
  await addresses.fill('203.0.113.0/24, 2001:db8::1 nonsense')
  await addresses.press('Enter')
  await expect(dialog.getByText('“nonsense” is not an address or range')).toBeVisible()
  await addresses.fill('')
  await dialog.getByRole('button', { name: /Add my address/ }).click()
  await dialog.getByLabel('Requests per minute').fill('many')
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  await expect(dialog.getByText('Give the key a name.')).toBeVisible()
  await expect(dialog.getByText('Choose a date in the future.')).toBeVisible()
  await expect(dialog.getByText('Choose at least one.')).toBeVisible()
  await expect(dialog.getByText('Enter a whole number above zero')).toBeVisible()
  await expect(dialog.getByLabel('Name')).toBeFocused()
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(await listed(page), [])

  // What is folded away opens where it is wrong, and stays open while it is put right.
  await dialog.getByLabel('Name').fill('CI')
  await dialog.getByLabel('Expires').selectOption('never')
  await dialog.getByText('More options').click()
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  const firstScope = dialog.getByRole('checkbox', { name: 'speech:generate' })
  await expect(firstScope).toBeFocused()
  await expect(firstScope).toHaveAccessibleDescription('Choose at least one.')
  await firstScope.check()
  await firstScope.uncheck()
  await dialog.getByRole('checkbox', { name: 'speech:stream' }).check()
  const perMinute = dialog.getByLabel('Requests per minute')
  await perMinute.fill('')
  await perMinute.pressSequentially('60')
  await expect(perMinute).toHaveValue('60')
  await expect(perMinute).toBeFocused()
  // Nobody believes that an address is in force which is none.
  await addresses.fill('10.0.0.0/33 10.0.0.0/8 bad')
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  await expect(addresses).toBeFocused()
  await expect(addresses).toHaveValue('10.0.0.0/33, bad')
  await expect(dialog.getByText('“10.0.0.0/33” is not an address or range')).toBeVisible()
  assert.deepEqual(await listed(page), [])
  await addresses.fill('')
  await dialog.getByRole('button', { name: 'Remove 10.0.0.0/8' }).click()
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  await expect(dialog.getByRole('heading', { name: 'Copy your key now' })).toBeVisible()
  const [made] = await listed(page)
  assert.deepEqual(made?.scopes, ['speech:stream'])
  const answer = await page.request.get(`${server.url}/v1/api-keys/${made?.id}`)
  const { allowed_ips, limits } = (await answer.json()) as {
    allowed_ips: string[]
    limits: { requests_per_minute: number }
  }
  assert.deepEqual(allowed_ips, ['203.0.113.0/24', '2001:db8::1', '127.0.0.1'])
  assert.equal(limits.requests_per_minute, 60)
  assert.deepEqual(person.troubles, [])
})

test('a session that ended meanwhile is asked for over the page, and the form is as it was', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Bea', email: 'bea@example.org' })
  await page.goto(`${server.url}/dashboard/settings/api-keys`)
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  await page.getByRole('dialog').getByLabel('Name').fill('Kept')
  await server.operator.store.query.deleteFrom('user_session').execute()
  await page.getByRole('button', { name: 'Create API Key' }).last().click()
  const again = page.getByRole('dialog', { name: 'Sign in' })
  await expect(again.getByText('You were signed out.')).toBeVisible()
  await again.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await again.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(again).toBeHidden()
  const form = page.getByRole('dialog', { name: 'Create API Key' })
  await expect(form.getByLabel('Name')).toHaveValue('Kept')
  await form.getByRole('button', { name: 'Create API Key' }).click()
  await expect(page.getByRole('heading', { name: 'Copy your key now' })).toBeVisible()
  assert.deepEqual(person.troubles, [])
})

test('where the connection is cut while a key is made, its maker is told that the secret is lost, and may revoke it', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Cem', email: 'cem@example.org' })
  await page.goto(`${server.url}/dashboard/settings/api-keys`)
  let mayAnswer = (): void => {}
  const isCut = new Promise<void>((resolve) => {
    mayAnswer = resolve
  })
  await page.route('**/v1/api-keys', async (route) => {
    if (route.request().method() !== 'POST') return await route.continue()
    await route.fetch()
    await isCut
    await route.abort('connectionreset')
  })
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Lost')
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  // What is under way cannot be closed: its answer would come to nobody.
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeHidden()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Close' }).click({ force: true })
  await expect(dialog.getByLabel('Name')).toHaveValue('Lost')
  mayAnswer()
  await expect(dialog.getByText('its secret never reached this page')).toBeVisible()
  await dialog.getByRole('button', { name: 'Revoke it' }).click()
  await expect(page.getByRole('alertdialog', { name: 'Revoke “Lost”?' })).toBeVisible()
  await expect(page.getByRole('alertdialog').getByText('It was never used.')).toBeVisible()
})

test('copying works on plain http of a network, and where a browser refuses it, it is not called copied', async () => {
  await using person = await visit(browser)
  const { page } = person
  const lan = server.url.replace('127.0.0.1', 'lan.example')
  await signUp(page, lan, { name: 'Dan', email: 'dan@example.org' })
  await page.goto(`${lan}/dashboard/settings/api-keys`)
  assert.equal(await page.evaluate(() => window.isSecureContext), false)
  const make = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Create API Key' }).first().click()
    await page.getByRole('dialog').getByLabel('Name').fill(name)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Copy your key now' })).toBeVisible()
  }
  await make('On the network')
  await page.getByRole('button', { name: 'Copy key' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached()
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  const search = page.getByRole('searchbox')
  // The dialog gives the focus back to its button when it has gone, and that may be a moment later.
  await expect(async () => {
    await search.press('Control+V')
    await expect(page.getByText('That was a whole key.')).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
  await expect(search).toHaveValue(/^[0-9A-Za-z]{4}$/)
  await expect(page.getByRole('row', { name: /On the network/ })).toBeVisible()

  await make('Refused')
  await page.evaluate(() => {
    document.execCommand = () => false
  })
  await page.getByRole('button', { name: 'Copy key' }).click()
  await expect(page.getByText('Copying was blocked here.')).toBeVisible()
  assert.match(await page.evaluate(() => String(getSelection())), /^ka_[0-9A-Za-z]{46}$/)
  await page.keyboard.press('Escape')
  await expect(page.getByText("The key isn't copied yet.")).toBeVisible()
  await page.evaluate(() => getSelection()?.empty())
  await page.getByRole('button', { name: 'Copy and close' }).click()
  await expect(page.getByText('Copying was blocked here.')).toBeVisible()
  await expect.poll(() => page.evaluate(() => String(getSelection()))).toMatch(/^ka_[0-9A-Za-z]{46}$/)
  assert.deepEqual(person.troubles, [])
})

test('a thousand keys are searched, sorted and paged by the server; many are revoked by typing their number', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Eva', email: 'eva@example.org' })
  const session = await page.request.get(`${server.url}/v1/session`)
  const { account } = (await session.json()) as { account: { id: string } }
  for (let at = 1; at <= 1_000; at++)
    await server.operator.keys.create(account.id, { name: `Robot ${String(at).padStart(4, '0')}` }, OPERATOR)
  await page.goto(`${server.url}/dashboard/settings/api-keys`)
  await expect(page.getByText('1–25 of 1,000')).toBeVisible()
  await expect(page.getByRole('row', { name: /Robot 1000/ })).toBeVisible()
  await page.getByRole('button', { name: 'Name', exact: true }).click()
  await expect(page.getByRole('row', { name: /Robot 0001/ })).toBeVisible()
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText('26–50 of 1,000')).toBeVisible()
  await page.getByRole('searchbox').fill('robot 077')
  await expect(page.getByRole('row', { name: /Robot 077\d/ })).toHaveCount(10)
  await page.getByRole('button', { name: 'Select' }).click()
  await page.getByRole('checkbox', { name: 'Select Robot 0771' }).check()
  await page.getByRole('checkbox', { name: 'Select Robot 0772' }).check()
  await expect(page.getByText('2 selected')).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.getByText('2 selected').locator('..').getByRole('button', { name: 'Revoke' }).click()
  const question = page.getByRole('alertdialog')
  await expect(question.getByRole('heading', { name: 'Revoke 2 keys?' })).toBeVisible()
  await answer(question, 'Revoke', question.getByText('Type the number of keys.'))
  assert.equal((await listed(page, 'state=revoked')).length, 0)
  await question.getByLabel('Type 2 to revoke 2 keys.').fill('2')
  await question.getByRole('button', { name: 'Revoke' }).click()
  await expect(question.getByRole('heading', { name: /Revoked/ })).toBeVisible()
  const revoked = await listed(page, 'state=revoked')
  assert.deepEqual(revoked.map(({ name }) => name).sort(), ['Robot 0771', 'Robot 0772'])
  assert.deepEqual(person.troubles, [])
})

/** Everything of a page that could hold a text, but the memory of its scripts. */
const keptBy = (page: Page): Promise<string> =>
  page.evaluate(async () =>
    JSON.stringify({
      page: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll('input, textarea')].map(
        (field) => (field as HTMLInputElement).value,
      ),
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      cookies: document.cookie,
      history: history.state,
      address: location.href,
      window: window.name,
      asked: performance.getEntries().map(({ name }) => name),
    }),
  )

test('while a key is shown its first request is told of; afterwards it is nowhere on the page, nor in what comes back', async () => {
  await using person = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = person
  await signUp(page, server.url, { name: 'Fay', email: 'fay@example.org' })
  await page.goto(`${server.url}/dashboard/settings/api-keys`)
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Shown once')
  await page.keyboard.press('Enter')
  const shown = dialog.locator('code').filter({ hasText: /^ka_[0-9A-Za-z]{46}$/ })
  const key = (await shown.textContent()) ?? ''
  assert.ok((await keptBy(page)).includes(key), 'it is found where it is')
  await expect(dialog.getByText('Waiting for the first request.')).toBeVisible()
  const used = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal(used.status, 200)
  server.clock.fire(USES_WRITTEN_MS)
  await expect(dialog.getByText(/It works: first request from 127\.0\.0\.1, just now/)).toBeVisible()
  const asked = page.waitForEvent('dialog')
  const left = page.reload({ timeout: 3_000 }).catch(() => {})
  const question = await asked
  assert.equal(question.type(), 'beforeunload')
  await question.dismiss()
  await left
  await expect(shown).toHaveText(key)
  await dialog.getByRole('button', { name: 'Copy key' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  assert.ok(!(await keptBy(page)).includes(key), 'gone when closed')
  await page.getByRole('link', { name: 'Shown once' }).click()
  await page.getByRole('heading', { name: 'Shown once' }).waitFor()
  await page.goBack()
  await page.getByRole('row', { name: /Shown once/ }).waitFor()
  assert.ok(!(await keptBy(page)).includes(key), 'gone after going back')
  await page.reload()
  await page.getByRole('row', { name: /Shown once/ }).waitFor()
  assert.ok(!(await keptBy(page)).includes(key), 'gone after reloading')
  assert.deepEqual(person.troubles, [])
})

test('without a network the page stays, says from when it is, and sends nothing later; what fails names its request', async () => {
  await using person = await visit(browser)
  const { page } = person
  const lan = server.url.replace('127.0.0.1', 'lan.example')
  await signUp(page, lan, { name: 'Gil', email: 'gil@example.org' })
  // That name is known to the browser alone.
  await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json' }
    await fetch('/v1/api-keys', { method: 'POST', headers, body: '{"name":"Stays"}' })
  })
  await page.goto(`${lan}/dashboard/settings/api-keys`)
  await page
    .getByRole('row', { name: /Stays/ })
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await page.context().setOffline(true)
  await expect(page.getByText(/You are offline\. What you see is from/)).toBeVisible()
  const question = page.getByRole('alertdialog')
  await answer(question, 'Revoke', question.getByText('Not sent: you are offline. Nothing was changed.'))
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('row', { name: /Stays/ })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  // A page that was not open before says so; the others stay, and nobody is told to be signed out who is not.
  await page.getByRole('link', { name: 'Usage' }).click()
  await expect(page.getByText('This needs the network, and you are offline.')).toBeVisible()
  await expect(page.getByText(/You are offline\./)).toBeVisible()
  await page.getByRole('button', { name: 'Gil' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByText('Not sent: you are offline. Nothing was changed.')).toBeVisible()
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Usage' })).toBeVisible()
  await expect(page.getByText(/You are offline/)).toBeHidden()
  await page.goto(`${lan}/dashboard/settings/api-keys`)
  // What works is listed: what was not sent was not sent later either.
  await expect(page.getByRole('row', { name: /Stays/ })).toContainText('Active')
  const fails = (route: Route): Promise<void> =>
    route.fulfill({
      status: 500,
      headers: { 'x-request-id': 'req_of_the_test' },
      json: { error: 'Internal error', error_code: 'INTERNAL_ERROR', code: 500 },
    })
  // Also what only asks whether the plan has it, and what was to be changed.
  await page.route('**/v1/account', fails)
  for (const name of ['webhooks', 'audit']) {
    await page.goto(`${lan}/dashboard/settings/${name}`)
    await expect(page.getByRole('alert').filter({ hasText: 'req_of_the_test' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  }
  await page.unroute('**/v1/account')
  await page.route('**/v1/person', fails)
  await page.goto(`${lan}/dashboard/profile`)
  await page.getByRole('button', { name: 'Save' }).click()
  const told = page.getByRole('alert').filter({ hasText: 'The server failed at this.' })
  await expect(told).toContainText('req_of_the_test')
  await page.goto(`${lan}/dashboard/settings/api-keys`)
  await page.getByRole('row', { name: /Stays/ }).waitFor()
  await page.route('**/v1/api-keys?*', fails)
  await page.reload()
  await expect(page.getByRole('alert').filter({ hasText: 'req_of_the_test' })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.unroute('**/v1/api-keys?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('row', { name: /Stays/ })).toBeVisible()
})

test('a closed row of options says what holds; whoever has not signed in lately is asked inside the dialog, and nothing typed is lost', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Hal', email: 'hal@example.org' })
  await page.goto(`${server.url}/dashboard/settings/api-keys`)
  await page.getByRole('button', { name: 'Create API Key' }).first().click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('Full speech access · any address · plan limits')).toBeVisible()
  await dialog.getByLabel('Name').fill('Late')
  await dialog.getByText('More options').click()
  await dialog.getByLabel('Requests per minute').fill('1000000')
  await expect(dialog.getByText(/Your plan allows \d+; the lower value counts\./)).toBeVisible()
  server.clock.advance(RECENT_SIGN_IN_SECONDS * 1_000)
  await dialog.getByRole('button', { name: 'Create API Key' }).click()
  await expect(page.getByRole('heading', { name: "Confirm it's you" })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await dialog.getByRole('textbox', { name: 'Password' }).fill('not this one')
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('That password is wrong.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Copy your key now' })).toBeVisible()
  const made = await page.request.get(`${server.url}/v1/api-keys?q=Late`)
  const { keys } = (await made.json()) as { keys: { limits: { requests_per_minute: number } }[] }
  assert.equal(keys[0]?.limits.requests_per_minute, 1_000_000)
  assert.deepEqual(person.troubles, [])
})
