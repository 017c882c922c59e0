import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { changePlan, planOf, startWithPlans } from '../../server/test/harness/plans.ts'
import { SpeakClient } from '../../server/test/harness/speak-client.ts'
import type { TestServer } from '../../server/test/harness/test-server.ts'
import { expect, NARROW, obstacles, openBrowser, overflow, visit } from './harness/browser.ts'
import { heardOn, listenTo } from './harness/heard.ts'
import { signUp } from './harness/people.ts'

const BARE = planOf('bare', { features: [] })

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

const TEXT = 'Good evening 🙂 from your own sound machine'
const WAV_HEADER_BYTES = 44

const speakButton = (page: Page) => page.getByRole('button', { name: 'Speak', exact: true })

/** The file that the page hands over. */
async function wavOf(page: Page): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download WAV' }).click(),
  ])
  return await readFile(await download.path())
}

function loudnessOf(wav: Buffer): number {
  let sum = 0
  for (let at = WAV_HEADER_BYTES; at < wav.length; at += 2) sum += (wav.readInt16LE(at) / 32_768) ** 2
  return Math.sqrt(sum / ((wav.length - WAV_HEADER_BYTES) / 2))
}

test('the playground speaks: it sounds, marks each word no sooner than it is heard, and hands over what it spoke', async () => {
  await using person = await visit(browser)
  const { page } = person
  await listenTo(page)
  await signUp(page, server.url, { name: 'Ada', email: 'ada@example.org' })
  await page.getByRole('link', { name: 'Playground' }).click()
  const field = page.getByRole('textbox', { name: 'Text', exact: true })
  await expect(field).toHaveValue(/Hello/)
  // Typed key by key, as people do it.
  const speed = page.getByRole('spinbutton', { name: 'Speed as a number' })
  await speed.fill('')
  await speed.pressSequentially('0.9')
  await expect(page).toHaveURL(/speed=0\.9/)
  await speed.fill('9')
  await field.focus()
  await expect(speed).toHaveAccessibleDescription('Enter a number from 0.8 to 1.2.')
  await speed.fill('1')
  await expect(page).not.toHaveURL(/speed/)
  await field.fill(TEXT)
  assert.deepEqual(await obstacles(page), [])
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Stop', { exact: true })).toBeVisible()
  await expect(speakButton(page)).toBeVisible()
  await expect(field).toHaveValue(TEXT)

  const key = await server.createKey()
  const client = await SpeakClient.open(server, key.key)
  const { frames } = await client.speak({ text: TEXT, word_timestamps: true })
  client.close()
  const words = frames.flatMap((frame) => (frame.kind === 'words' ? frame.frame.word_timestamps : []))
  const { pieces, marks } = await heardOn(page)
  assert.ok(pieces.every(({ rms }) => rms > 0.01))
  for (const [at, { whenS }] of pieces.entries()) {
    const before = pieces[at - 1]
    if (before !== undefined) assert.ok(Math.abs(before.whenS + before.lengthS - whenS) < 0.001, 'no gap')
  }
  assert.ok(marks.length > 3)
  let from = 0
  for (const { word, placeS } of marks) {
    const found = words.findIndex(
      ({ char_start, char_end }, index) => index >= from && TEXT.slice(char_start, char_end) === word,
    )
    assert.notEqual(found, -1, `${word} in its turn`)
    assert.ok(placeS * 1000 >= (words[found]?.start_ms ?? 0) - 1, `${word} at ${placeS} s`)
    from = found + 1
  }
  const wav = await wavOf(page)
  const seconds = pieces.reduce((sum, { lengthS }) => sum + lengthS, 0)
  assert.equal((wav.length - WAV_HEADER_BYTES) / 2, Math.round(seconds * 24_000))
  assert.ok(loudnessOf(wav) > 0.01)

  await page.getByLabel('Speed as a number').fill('1.2')
  await expect(page).toHaveURL(/speed=1\.2/)
  await expect(page.getByRole('region', { name: 'curl' })).toContainText('"speed":1.2')
  await page.getByLabel('Format').selectOption('pcm_8000')
  await expect(page.getByRole('region', { name: 'curl' })).toContainText('-o hello.raw')
  await page.getByRole('radio', { name: /tone-c/ }).check({ force: true })
  await page.getByRole('button', { name: 'Hear tone-c' }).click()
  await expect.poll(async () => (await heardOn(page)).pieces.length).toBeGreaterThan(pieces.length)
  assert.ok(!page.url().includes('evening'))
  assert.deepEqual(person.troubles, [])
})

test('a revoked key ends what it speaks here, also what has come and was not heard yet: the page says why, and what was heard stays', async () => {
  await using person = await visit(browser)
  const { page } = person
  await listenTo(page)
  await signUp(page, server.url, { name: 'Bea', email: 'bea@example.org' })
  const makeKey = async (name: string): Promise<{ id: string }> =>
    (
      await page.context().request.post(`${server.url}/v1/api-keys`, {
        data: { name },
        headers: { origin: server.url },
      })
    ).json()
  const early = await makeKey('Window')
  const key = await makeKey('Kiosk')
  await page.goto(`${server.url}/dashboard/playground`)
  const stopped = 'Stopped: the key behind this stream was revoked. What was heard stays.'
  await page.getByLabel('Speak as').selectOption(early.id)
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill('All of it comes at once. '.repeat(200))
  await speakButton(page).click()
  await expect(page.getByText(/^[\d,.]+ ×$/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await server.revokeKey(early.id)
  await expect(page.getByRole('alert')).toHaveText(stopped)
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()

  await page.getByLabel('Speak as').selectOption(key.id)
  const words = Array.from({ length: 200 }, () => 'word #slow:iaa').join(' ')
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(`First words. ${words}`)
  await speakButton(page).click()
  await expect(page.getByText('Speaking', { exact: true })).toBeAttached()
  await expect(page.getByRole('button', { name: 'Download WAV' })).toBeVisible()
  await server.revokeKey(key.id)
  await expect(page.getByRole('alert')).toHaveText(stopped)
  assert.ok(loudnessOf(await wavOf(page)) > 0.01)
  const { length } = (await heardOn(page)).pieces
  await speakButton(page).click()
  await expect(page.getByRole('alert')).toContainText('This key does not work any more')
  assert.equal((await heardOn(page)).pieces.length, length)
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})

test('on a phone, in German and by night: speak below, settings in a sheet; and a plan without tokens says who has them', async () => {
  await using person = await visit(browser, { viewport: NARROW, colorScheme: 'dark' })
  const { page } = person
  await signUp(page, server.url, { name: 'Kim', email: 'kim@example.org' })
  await page.context().addCookies([{ name: 'kugelaudio.language', value: 'de', url: server.url }])
  await page.goto(`${server.url}/dashboard/playground`)
  await page.getByRole('button', { name: 'Sprechen', exact: true }).click()
  await expect(page.getByText('Erster Ton')).toBeVisible()
  await page.getByRole('button', { name: 'Stimme und Einstellungen' }).click()
  await expect(page.getByRole('dialog').getByLabel('Sprechen als')).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.keyboard.press('Escape')
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  const session = await page.context().request.get(`${server.url}/v1/session`)
  const { account } = (await session.json()) as { account: { id: string } }
  await changePlan(server, account.id, BARE.name)
  await page.reload()
  await page.getByRole('link', { name: 'Tarife ansehen' }).click()
  await expect(page.getByRole('columnheader', { name: /bare/i })).toBeVisible()
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await obstacles(page), [])
  assert.deepEqual(person.troubles, [])
})
