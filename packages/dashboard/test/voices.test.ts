import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { changePlan, planOf, startWithPlans } from '../../server/test/harness/plans.ts'
import { wavOf } from '../../server/test/harness/recordings.ts'
import { SpeakClient } from '../../server/test/harness/speak-client.ts'
import type { TestServer } from '../../server/test/harness/test-server.ts'
import { answer, expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { heardOn, listenTo } from './harness/heard.ts'
import { signUp } from './harness/people.ts'

const BARE = planOf('bare', { features: ['tokens'] })

let server: TestServer
let browser: Browser
before(async () => {
  server = await startWithPlans([BARE])
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

const soundedS = async (page: Page): Promise<number> =>
  (await heardOn(page)).pieces.reduce((sum, { lengthS }) => sum + lengthS, 0)

test('a voice is made, given recordings each with its own fate, spoken with, and deleted', async () => {
  await using person = await visit(browser)
  const { page } = person
  await signUp(page, server.url, { name: 'Ada', email: 'ada@example.org' })
  await page.getByRole('link', { name: 'Voices' }).click()
  await expect(page.getByRole('row', { name: /tone-c/ })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.getByRole('button', { name: 'Create voice' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create voice' }).click()
  await expect(dialog.getByText('Give the voice a name.')).toBeVisible()
  await dialog.getByLabel('Name').fill('Announcer')
  await dialog.getByLabel('Base voice').selectOption('tone-b')
  assert.deepEqual(await obstacles(page), [])
  await dialog.getByRole('button', { name: 'Create voice' }).click()
  await expect(page.getByRole('heading', { name: 'Announcer' })).toBeVisible()
  const files = [
    { name: 'calm.wav', mimeType: 'audio/wav', buffer: wavOf(1) },
    { name: 'letter.wav', mimeType: 'audio/wav', buffer: Buffer.from('Dear sirs') },
  ]
  const input = page.locator('input[type=file]')
  await input.setInputFiles(files)
  await expect(page.getByText('Confirm first that the speaker has agreed.')).toBeVisible()
  await page.getByLabel(/The speaker has agreed/).check()
  await input.setInputFiles(files)
  await expect(page.getByRole('listitem').filter({ hasText: 'calm.wav' })).toContainText('audio/wav · 1 s')
  const refused = page.getByRole('listitem').filter({ hasText: 'letter.wav' })
  await expect(refused.getByRole('alert')).toContainText('The server refused this')
  assert.deepEqual(await obstacles(page), [])
  await page.getByRole('link', { name: 'Use in playground' }).click()
  await expect(page.getByRole('radio', { name: /Announcer/ })).toBeChecked()
  await page.getByRole('button', { name: 'Speak', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Download WAV' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Speak', exact: true })).toBeVisible()
  const { request } = page.context()
  const { voices } = (await (await request.get(`${server.url}/v1/voices?include_public=false`)).json()) as {
    voices: { name: string; handle: string }[]
  }
  const { series } = (await (await request.get(`${server.url}/v1/usage?group_by=voice`)).json()) as {
    series: { voice: string }[]
  }
  assert.deepEqual(
    [voices.map(({ name }) => name), series.map(({ voice }) => voice)],
    [['Announcer'], voices.map(({ handle }) => handle)],
  )
  await page.goBack()
  await page.getByRole('button', { name: 'Delete voice' }).click()
  const question = page.getByRole('alertdialog')
  await answer(question, 'Delete voice', page.getByRole('heading', { name: 'Voices', level: 1 }))
  await page.goto(`${server.url}/dashboard/voices?kind=own`)
  await expect(page.getByRole('heading', { name: 'No voices of your own yet' })).toBeVisible()
  assert.deepEqual(person.troubles, [])
})

test('a word is heard as its entry says; a file replaces all entries after it was shown what changes, or none', async () => {
  await using person = await visit(browser)
  const { page } = person
  await listenTo(page)
  await signUp(page, server.url, { name: 'Bea', email: 'bea@example.org' })
  await page.getByRole('link', { name: 'Dictionaries' }).click()
  await expect(page.getByRole('heading', { name: 'No dictionaries yet' })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.getByRole('button', { name: 'Create dictionary' }).first().click()
  await page.getByRole('dialog').getByLabel('Name').fill('Companies')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Companies' })).toBeVisible()
  for (const [word, spoken] of [
    ['Gmbh', 'a limited company of several people'],
    ['Ltd', 'limited'],
  ] as const) {
    await page.getByRole('button', { name: 'Add entry' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Word').fill(word)
    await dialog.getByLabel('Spoken as').fill(spoken)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('row', { name: new RegExp(word) })).toBeVisible()
  }
  assert.deepEqual(await obstacles(page), [])
  const client = await SpeakClient.open(server, (await server.createKey()).key)
  const { end } = await client.speak('Gmbh')
  client.close()
  assert.equal(end.kind, 'final')
  const plainS = end.kind === 'final' ? end.frame.dur_ms / 1000 : 0
  await page.getByRole('button', { name: 'Hear Gmbh' }).click()
  await expect.poll(() => soundedS(page)).toBeGreaterThan(plainS * 2)

  const drop = (text: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'words.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.getByRole('button', { name: 'Import CSV' }).click()
  const dialog = page.getByRole('dialog')
  await drop('word,replacement\nGmbh,one\nGmbh,two\n,three\n')
  await expect(dialog.getByRole('alert')).toContainText('Line 3: this word is there twice.')
  await dialog.getByRole('button', { name: /^Replace/ }).click({ force: true })
  await expect(dialog).toBeVisible()
  await drop(
    'word,replacement,ipa,case_sensitive\r\nGmbh,"limited, in short",,true\r\nAG,public company,,\r\n',
  )
  await expect(dialog.getByRole('status')).toHaveText('1 added, 1 changed, 1 removed.')
  await expect(dialog.getByRole('row', { name: /removed Ltd/ })).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  const [backup] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download what is there now' }).click(),
  ])
  const kept = await readFile(await backup.path(), 'utf8')
  assert.match(
    kept,
    /^word,replacement,ipa,case_sensitive\r\nGmbh,a limited company of several people,,false\r\nLtd,/,
  )
  await dialog.getByRole('button', { name: 'Replace by 2 entries' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('row', { name: /Ltd/ })).toBeHidden()
  await expect(page.getByRole('row', { name: /Gmbh/ })).toContainText('limited, in short')
  await page.setViewportSize(NARROW)
  await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'))
  await expect(page.getByRole('listitem').filter({ hasText: 'AG' })).toBeVisible()
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  const session = await page.context().request.get(`${server.url}/v1/session`)
  const { account } = (await session.json()) as { account: { id: string } }
  await changePlan(server, account.id, BARE.name)
  await page.goto(`${server.url}/dashboard/dictionaries`)
  await expect(page.getByRole('heading', { name: 'Not part of the plan “bare”' })).toBeVisible()
  await page.goto(`${server.url}/dashboard/voices`)
  await expect(page.getByText("This account's plan does not include voices of your own.")).toBeVisible()
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})
