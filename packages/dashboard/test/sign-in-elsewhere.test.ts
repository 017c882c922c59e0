import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from '@playwright/test'
import { CLIENT, OidcProvider } from '../../server/test/harness/oidc-provider.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'

let provider: OidcProvider
let server: TestServer
let browser: Browser
before(async () => {
  provider = await OidcProvider.start()
  server = await startServer({
    environment: {
      KUGELAUDIO_OIDC_ISSUER: provider.issuer,
      KUGELAUDIO_OIDC_CLIENT_ID: CLIENT.id,
      KUGELAUDIO_OIDC_CLIENT_SECRET: CLIENT.secret,
      KUGELAUDIO_OIDC_NAME: 'The Company',
    },
  })
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
  provider.stop()
})

test('a provider is a link on the sign-in page: who refuses there reads so, who agrees is in', async () => {
  await using grace = await visit(browser, { viewport: NARROW })
  const { page } = grace
  provider.person = null
  await page.goto(`${server.url}/dashboard/sign-in`)
  const link = page.getByRole('link', { name: 'Continue with The Company' })
  await link.click()
  await expect(page.getByRole('alert')).toHaveText('Signing in there did not work. Try again.')
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  const claims = { sub: '1', email: 'grace@example.org', name: 'Grace' }
  provider.person = { ...claims, email_verified: false }
  await link.click()
  await expect(page.getByRole('alert')).toHaveText('The provider has not confirmed your e-mail address.')
  provider.person = { ...claims, email_verified: true }
  await link.click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
})

test('who has no password here signs in again at the provider, in another tab, and what was typed is still there', async () => {
  await using ada = await visit(browser)
  const { page } = ada
  provider.person = { sub: '2', email: 'ada@example.org', name: 'Ada', email_verified: true }
  await page.goto(`${server.url}/dashboard/sign-in`)
  await page.getByRole('link', { name: 'Continue with The Company' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  server.clock.advance(11 * 60_000)
  await page.goto(`${server.url}/dashboard/settings/api-keys?create&name=CI`)
  await page.getByRole('dialog').getByRole('button', { name: 'Create API Key' }).click()
  const question = page.getByRole('dialog', { name: "Confirm it's you" })
  await expect(question.getByLabel('Password')).toHaveCount(0)
  const isBack = question.getByRole('button', { name: 'I have signed in there' })
  await isBack.click()
  await expect(question.getByRole('status')).toHaveText('Not signed in again yet.')
  assert.deepEqual(await obstacles(page), [])
  const tab = page.context().waitForEvent('page')
  await question.getByRole('link', { name: 'Continue with The Company in a new tab' }).click()
  await (await tab).getByRole('heading', { name: 'Overview' }).waitFor()
  await isBack.click()
  await expect(page.getByText('Key shown, 49 characters')).toBeAttached()
})
