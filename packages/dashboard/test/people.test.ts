import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page } from '@playwright/test'
import { MailSink } from '../../server/test/harness/mail-sink.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { codeOf } from '../../server/test/harness/totp.ts'
import { answer, expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { PASSWORD, signIn, signUp } from './harness/people.ts'

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

/** What the pages say to somebody who signs up with an address, and to somebody who tries a password for it. */
async function saidTo(page: Page, url: string, email: string): Promise<string[]> {
  await page.goto(`${url}/dashboard/sign-up`)
  await page.getByLabel('Your name').fill('Mallory')
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill('a sentence of somebody who guesses')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('status').waitFor()
  const signedUp = await page.getByRole('main').innerText()
  await page.goto(`${url}/dashboard/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill('not a password of anybody')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  return [signedUp, await page.getByRole('main').innerText()]
}

test('signing up and signing in say the same whether or not an address has an account', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Fay', email: 'fay@example.org' })
  await page.context().clearCookies()
  const unknown = await saidTo(page, server.url, 'ghost@example.org')
  assert.match(unknown.join(), /You can sign in now.*E-mail or password is wrong/s)
  assert.deepEqual(await saidTo(page, server.url, 'fay@example.org'), unknown)
})

test('a form about people says at its field what is wrong, leads there and keeps the rest; a link is not called used up by a server that fails', async () => {
  await using person = await visit(browser, { locale: 'de-DE' })
  const { page } = person
  const isAt = async (field: Locator, said: string): Promise<void> => {
    await expect(field).toBeFocused()
    await expect(field).toHaveAccessibleDescription(said)
  }
  await page.goto(`${server.url}/dashboard/sign-up`)
  const [name, email] = [page.getByLabel('Ihr Name'), page.getByLabel('E-Mail')]
  const password = page.getByRole('textbox', { name: 'Passwort' })
  await page.getByRole('button', { name: 'Konto anlegen' }).click()
  await isAt(name, 'Bitte Ihren Namen eingeben.')
  assert.deepEqual(await obstacles(page), [])
  await name.fill('Uwe')
  await email.fill('uwe')
  await email.press('Enter')
  await isAt(email, 'Bitte eine E-Mail-Adresse eingeben, etwa name@example.org.')
  await email.fill('uwe@example.org')
  await password.fill('kurz')
  await password.press('Enter')
  await isAt(password, 'Dieses Passwort ist zu kurz. Ein Satz eignet sich gut.')
  await expect(name).toHaveValue('Uwe')
  await page.goto(`${server.url}/dashboard/sign-in`)
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
  await isAt(email, 'Bitte eine E-Mail-Adresse eingeben, etwa name@example.org.')
  await email.fill('uwe@example.org')
  await email.press('Enter')
  await isAt(password, 'Bitte das Passwort eingeben.')
  await password.fill('nicht dieses')
  await password.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('E-Mail oder Passwort stimmt nicht.')
  await expect(password).toBeFocused()
  await page.route('**/api/auth/reset-password', (route) => route.abort('connectionreset'))
  await page.goto(`${server.url}/dashboard/reset#of-a-letter`)
  await page.getByRole('textbox', { name: 'Neues Passwort' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('Der Server hat nicht geantwortet.')
  await expect(page.getByRole('textbox', { name: 'Neues Passwort' })).toHaveValue(PASSWORD)
})

test('people are invited by a link, get a role that holds at once, and are removed with a receipt; the last owner stays', async () => {
  await using ada = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  await using bea = await visit(browser, { viewport: NARROW, colorScheme: 'dark', locale: 'en-GB' })
  await signUp(ada.page, server.url, { name: 'Ada', email: 'ada@example.org', account: 'Engines' })
  await ada.page.goto(`${server.url}/dashboard/settings/members`)
  await expect(ada.page.getByRole('heading', { name: 'Just you so far' })).toBeVisible()
  await expect(ada.page.getByText('An account needs an owner.')).toBeVisible()
  assert.deepEqual(await obstacles(ada.page), [])

  await ada.page.getByRole('button', { name: 'Invite' }).click()
  const dialog = ada.page.getByRole('dialog')
  await dialog.getByLabel('E-mail addresses').fill('nobody')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await expect(dialog.getByText('“nobody” is not an e-mail address.')).toBeVisible()
  await dialog.getByLabel('E-mail addresses').fill('bea@example.org')
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  assert.deepEqual(await obstacles(ada.page), [])
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await expect(dialog.getByText('No mail was sent.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Copy link' }).click()
  const link = await ada.page.evaluate(() => navigator.clipboard.readText())
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(ada.page.getByRole('row', { name: /bea@example.org/ })).toBeVisible()

  await bea.page.goto(link)
  await expect(bea.page.getByRole('heading', { name: 'Join “Engines”' })).toBeVisible()
  assert.equal(new URL(bea.page.url()).hash, '', 'the secret has left the address')
  assert.equal(await overflow(bea.page), 0)
  assert.deepEqual(await obstacles(bea.page), [])
  await bea.page.getByLabel('Your name').fill('Bea')
  await bea.page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await bea.page.getByRole('button', { name: 'Join' }).click()
  await bea.page.getByRole('heading', { name: 'Overview' }).waitFor()
  await bea.page.goto(`${server.url}/dashboard/settings/members`)
  const invite = bea.page.getByRole('button', { name: 'Invite' })
  await expect(invite).toHaveAttribute('aria-disabled', 'true')
  await invite.focus()
  const whyNot = bea.page.getByRole('tooltip')
  await expect(whyNot).toHaveText("Your role can't invite people. Owners and admins can. Ask Ada.")
  await expect(whyNot).toBeVisible()
  await expect(invite).toHaveAccessibleDescription(/Ask Ada\./)
  await bea.page.keyboard.press('Escape')
  await expect(whyNot).toBeHidden()
  await expect(bea.page.getByRole('combobox')).toHaveCount(0)
  assert.equal(await overflow(bea.page), 0)
  assert.deepEqual(await obstacles(bea.page), [])
  // A link opens no form for whoever may not send it, and what is not there leads to what is.
  await bea.page.goto(`${server.url}/dashboard/settings/api-keys?create&name=CI`)
  await expect(bea.page.getByRole('alert')).toHaveText("Your role can't create keys. Ask Ada.")
  await expect(bea.page.getByRole('dialog')).toHaveCount(0)
  await bea.page.goto(`${server.url}/dashboard/dictionaries/99`)
  await expect(bea.page.getByRole('heading', { name: 'Nothing here under this address.' })).toBeVisible()
  await bea.page.getByRole('link', { name: 'All of them: Dictionaries' }).click()
  await expect(bea.page.getByRole('heading', { name: 'No dictionaries yet' })).toBeVisible()
  await bea.page.goto(`${server.url}/dashboard/settings/audit`)
  await expect(bea.page.getByText('Ask Ada.')).toBeVisible()
  await bea.page.goto(`${server.url}/dashboard/settings/members`)

  await ada.page.reload()
  await ada.page.getByRole('combobox', { name: 'Role of Bea' }).selectOption('Admin')
  await expect(ada.page.getByText('Everything but owners.')).toBeVisible()
  assert.deepEqual(await obstacles(ada.page), [])
  const question = ada.page.getByRole('alertdialog')
  await answer(question, 'Change role', ada.page.getByText(/Bea is Admin now\. Applied on 1 node/))
  await bea.page.reload()
  await expect(invite).not.toHaveAttribute('aria-disabled', 'true')
  await expect(bea.page.getByRole('combobox', { name: 'Role of Ada' })).toHaveCount(0)

  await ada.page.getByRole('row', { name: /Bea/ }).getByRole('button', { name: 'Remove' }).click()
  await expect(ada.page.getByText('Keys Bea created stay')).toBeVisible()
  const isRemoved = ada.page.getByRole('heading', { name: 'Bea is no longer a member. 1 session ended.' })
  await answer(question, 'Remove', isRemoved)
  assert.deepEqual(await obstacles(ada.page), [])
  await bea.page.reload()
  await expect(bea.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await bea.page.goto('about:blank')
  await bea.page.goto(link)
  await expect(bea.page.getByText('This invitation does not work any more')).toBeVisible()
  assert.deepEqual([ada.troubles, bea.troubles], [[], []])
})

test('a second factor is asked for once its first code was taken; a recovery code works once', async () => {
  await using person = await visit(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  const { page } = person
  await signUp(page, server.url, { name: 'Cleo', email: 'cleo@example.org' })
  await page.goto(`${server.url}/dashboard/profile/security`)
  assert.deepEqual(await obstacles(page), [])
  await page.getByRole('button', { name: 'Add a second factor' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Password' }).fill('not the one that it is')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByText('That password is wrong.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByRole('img', { name: 'QR code for your app' })).toBeVisible()
  await dialog.getByText('Type it in by hand').click()
  const secret = await dialog.locator('code').innerText()
  assert.deepEqual(await obstacles(page), [])
  const code = (): string => codeOf(`otpauth://totp/x?secret=${secret}`, server.clock.nowMs())
  await dialog.getByLabel('Code from your app').fill('000000')
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await expect(dialog.getByText('That code is wrong or has expired.')).toBeVisible()
  await dialog.getByLabel('Code from your app').fill(code())
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await expect(dialog.getByRole('heading', { name: 'Recovery codes' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog.getByRole('alert').filter({ hasText: "aren't copied yet" })).toBeVisible()
  await dialog.getByRole('button', { name: 'Copy and close' }).click()
  const recovery = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
  assert.equal(recovery.length, 10)
  await expect(page.getByRole('button', { name: 'Turn off' })).toBeVisible()
  assert.ok(!(await page.content()).includes(recovery[0] ?? '?'), 'gone from the page when closed')

  const leave = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('E-mail').fill('cleo@example.org')
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Second factor' }).waitFor()
  }
  await leave()
  assert.deepEqual(await obstacles(page), [])
  // Each code works once: the next one is due half a minute later.
  server.clock.advance(30_000)
  await page.getByLabel('Code from your app').fill(code())
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  for (const expected of ['Overview', 'Second factor']) {
    await page.goto(`${server.url}/dashboard/profile/security`)
    await leave()
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(recovery[0] ?? '')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: expected }).waitFor()
    if (expected === 'Second factor')
      await expect(page.getByText('That code is wrong or was used already.')).toBeVisible()
  }
  assert.deepEqual(person.troubles, [])
})

test('a passkey signs in without a password, until it is removed; on a bare address there are none, and it says why', async () => {
  await using person = await visit(browser)
  const { page } = person
  const url = server.url.replace('127.0.0.1', 'localhost')
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await signUp(page, url, { name: 'Dora', email: 'dora@example.org' })
  await page.goto(`${url}/dashboard/profile/security`)
  await page.getByRole('button', { name: 'Add passkey' }).click()
  const passkeys = page.getByRole('region', { name: 'Passkeys' })
  await expect(passkeys.getByRole('listitem')).toHaveText(/Chrome, Linux/)
  assert.deepEqual(await obstacles(page), [])
  await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  // Ten minutes later it is also how one says once more who one is.
  server.clock.advance(11 * 60_000)
  await page.goto(`${url}/dashboard/profile/security`)
  await passkeys.getByRole('button', { name: 'Remove' }).click()
  const again = page.getByRole('dialog', { name: "Confirm it's you" })
  await answer(page.getByRole('alertdialog'), 'Remove', again)
  await again.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(passkeys.getByText('No passkey yet')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page.getByText('This passkey is not known here')).toBeVisible()
  await page.goto(`${server.url}/dashboard/sign-in`)
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0)
  await signIn(page, server.url, 'dora@example.org')
  await page.goto(`${server.url}/dashboard/profile/security`)
  await expect(passkeys.getByText('Passkeys need https or localhost.')).toBeVisible()
  assert.deepEqual(person.troubles, [])
})

test('where mail is sent, an address is confirmed and a password reset by link, and nothing says who has an account', async () => {
  const sink = await MailSink.start()
  const environment = { KUGELAUDIO_SMTP_URL: sink.url, KUGELAUDIO_MAIL_FROM: 'people@example.com' }
  const mailing = await startServer({ environment })
  try {
    await using person = await visit(browser, { viewport: NARROW })
    const { page } = person
    const linkOf = async (path: string): Promise<string> => {
      await expect(() => assert.match(sink.mails.at(-1)?.text ?? '', new RegExp(`/${path}#`))).toPass()
      return (
        sink.mails
          .at(-1)
          ?.text.replaceAll('=\n', '')
          .match(/http:\S+/)?.[0] ?? ''
      )
    }
    await page.goto(`${mailing.url}/dashboard/sign-up`)
    await page.getByLabel('Your name').fill('Eve')
    await page.getByLabel('E-mail').fill('eve@example.org')
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    await page.goto(await linkOf('verify'))
    await expect(page.getByRole('heading', { name: 'Address confirmed' })).toBeVisible()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()

    const said: string[] = []
    for (const email of ['nobody@example.org', 'eve@example.org']) {
      await page.goto(`${mailing.url}/dashboard/reset`)
      await page.getByLabel('E-mail').fill(email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await page.getByRole('status').waitFor()
      said.push(await page.getByRole('main').innerText())
    }
    assert.equal(said[0], said[1])
    const link = await linkOf('reset')
    await page.goto(link)
    assert.deepEqual(await obstacles(page), [])
    await page.getByRole('textbox', { name: 'New password' }).fill('short')
    await page.getByRole('button', { name: 'Save password' }).click()
    await expect(page.getByText('This password is too short.')).toBeVisible()
    const other = 'another sentence nobody would guess 43'
    await page.getByRole('textbox', { name: 'New password' }).fill(other)
    await page.getByRole('button', { name: 'Save password' }).click()
    await expect(page.getByRole('heading', { name: 'Password changed' })).toBeVisible()
    await page.getByRole('link', { name: 'Go to sign-in' }).click()
    for (const [password, outcome] of [
      [PASSWORD, page.getByText('E-mail or password is wrong.')],
      [other, page.getByRole('heading', { name: 'Overview' })],
    ] as const) {
      await page.getByLabel('E-mail').fill('eve@example.org')
      await page.getByRole('textbox', { name: 'Password' }).fill(password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(outcome).toBeVisible()
    }
    // The link has been used.
    await page.goto('about:blank')
    await page.goto(link)
    await page.getByRole('textbox', { name: 'New password' }).fill(other)
    await page.getByRole('button', { name: 'Save password' }).click()
    await expect(page.getByText('This link does not work any more.')).toBeVisible()
    assert.equal(await overflow(page), 0)
    assert.deepEqual(person.troubles, [])
  } finally {
    await mailing.stop()
    sink.stop()
  }
})
