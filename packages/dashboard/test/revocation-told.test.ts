import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from '@playwright/test'
import { receiptSigner, verifyReceipt } from '../../server/src/keys/receipts.ts'
import { RacingNode } from '../../server/test/harness/cluster.ts'
import { Network } from '../../server/test/harness/network.ts'
import { createPostgresDatabase, PostgresServer } from '../../server/test/harness/postgres.ts'
import { SpeakClient } from '../../server/test/harness/speak-client.ts'
import { postgresSetting, startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { answer, expect, obstacles, openBrowser, questionTexts, visit } from './harness/browser.ts'
import { signIn, signUp } from './harness/people.ts'
import { setUp } from './harness/showcase.ts'

let postgres: PostgresServer
let server: TestServer
let others: RacingNode[] = []
let browser: Browser
before(async () => {
  postgres = await PostgresServer.open()
  const url = await createPostgresDatabase(postgres.url)
  server = await startServer({ environment: postgresSetting(url), engine: 'none', isEmpty: true })
  others = [new RacingNode(url, 0), new RacingNode(url, 0)]
  await Promise.all(others.map((node) => node.ready()))
  browser = await openBrowser()
})
after(async () => {
  for (const { child } of others) child.kill('SIGCONT')
  await Promise.all(others.map((node) => node.kill()))
  await browser.close()
  await server.stop()
  await postgres[Symbol.asyncDispose]()
})

/** Makes a key and opens the question whether it shall end. */
async function askToRevoke(
  page: Page,
  url: string,
  name: string,
): Promise<{ id: string; stream: SpeakClient }> {
  const { id, key } = await makeKey(page, url, name)
  const stream = await SpeakClient.open(server, key)
  await page.goto(`${url}/dashboard/settings/api-keys`)
  await page
    .getByRole('row', { name: new RegExp(name) })
    .getByRole('button', { name: /^Revoke/ })
    .click()
  return { id, stream }
}

async function makeKey(page: Page, url: string, name: string): Promise<{ id: string; key: string }> {
  const made = await page.request.post(`${url}/v1/api-keys`, { data: { name }, headers: { origin: url } })
  assert.equal(made.status(), 201, made.statusText())
  return (await made.json()) as { id: string; key: string }
}

/** A node stops as the request leaves: sooner, and its lease could be over before anybody waits for it. */
const standsStillUpon = (path: string, page: Page, { child }: RacingNode): Promise<unknown> =>
  page.route(
    `**${path}`,
    async (route) => {
      child.kill('SIGSTOP')
      await route.continue()
    },
    { times: 1 },
  )

test('each node is shown when it has stopped; one that is silent is waited for in sight, until its lease is over', async () => {
  await using person = await visit(browser)
  const { page } = person
  await setUp(page.request, server)
  const { shown } = await questionTexts(page)
  const [awake, still] = others
  assert.ok(awake && still)
  const { stream } = await askToRevoke(page, server.url, 'Leaked')
  const question = page.getByRole('alertdialog')
  await expect(question.getByText('In use within the last minute.')).toBeVisible()
  await expect(question.getByText('1 stream is running and will end.')).toBeVisible()
  await standsStillUpon('/revoke', page, still)
  const proved = question.getByRole('heading', { name: 'Revoked. It no longer works anywhere.' })
  await answer(question, 'Revoke', proved)
  const waited = shown.filter((text) => text.includes('no answer yet'))
  assert.ok(
    waited.some((text) => new RegExp(`${server.node}\\s+applied`).test(text)),
    waited.join('\n'),
  )
  assert.ok(
    waited.some((text) => text.includes('Waiting for 1 of 3 nodes. Longest possible: 2 s.')),
    waited.join('\n'),
  )
  assert.ok(waited.every((text) => text.includes('Revoking…') && !text.includes('Cancel')))
  assert.ok(waited.every((text) => new RegExp(`${still.name}\\s+no answer yet`).test(text)))
  await expect(question.getByRole('row', { name: new RegExp(awake.name) })).toContainText('applied')
  await expect(question.getByRole('row', { name: new RegExp(still.name) })).toContainText('lease expired')
  await expect(question.getByText(/2 of 3 nodes confirmed in/)).toBeVisible()
  await expect(question.getByText(`${still.name} didn't answer.`)).toBeVisible()
  assert.equal((await stream.closed).code, 4001)
  await expect(question.getByText('1 running stream ended')).toBeVisible()
  const watched = 'Open streams in the last 60 s: 1 at most, 1 at the end, then none'
  await expect(question.getByRole('figure')).toHaveText(watched)
  assert.deepEqual(await obstacles(page), [])
  const download = page.waitForEvent('download')
  await question.getByRole('button', { name: 'Download receipt' }).click()
  const receipt = JSON.parse(await readFile(await (await download).path(), 'utf8'))
  assert.ok(verifyReceipt(receipt, [receiptSigner(server.secret).publicKey]).valid)
  await question.getByRole('button', { name: 'Done' }).click()
  await expect(question).toBeHidden()
  await page.goto(`${server.url}/dashboard/settings/audit`)
  await page.getByRole('button', { name: 'Key revoked' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Show receipt' }).click()
  await expect(question.getByText(/2 of 3 nodes confirmed in/)).toBeVisible()
  assert.deepEqual(await obstacles(page), [])
  await page.goto(`${server.url}/dashboard/operator/nodes`)
  const silent = page.getByRole('row', { name: new RegExp(still.name) })
  await expect(silent).toContainText('Does not answer')
  await expect(silent).toContainText('over')
  await expect(page.getByRole('row', { name: new RegExp(awake.name) })).toContainText('Up to date')
  await expect(page.getByRole('row', { name: new RegExp(server.node) })).toContainText('This one')
  assert.deepEqual(await obstacles(page), [])
  still.child.kill('SIGCONT')
  await expect(silent).toContainText('Up to date')
  assert.deepEqual(person.troubles, [])
})

test('suspending an account and narrowing a key are told the same way: who has taken it, who is waited for, the proof', async () => {
  await using person = await visit(browser)
  await using other = await visit(browser)
  const { page } = person
  await signUp(other.page, server.url, { name: 'Eve', email: 'eve@example.org', account: 'Noisy Toys' })
  const { shown } = await questionTexts(page)
  await signIn(page, server.url, 'mara@acme.example')
  const [awake, still] = others
  assert.ok(awake && still)
  await page.goto(`${server.url}/dashboard/operator/accounts`)
  await page
    .getByRole('row', { name: /Noisy Toys/ })
    .getByRole('button', { name: /Suspend/ })
    .click()
  const question = page.getByRole('alertdialog')
  await question.getByLabel('Type “Noisy Toys” to suspend it').fill('Noisy Toys')
  await standsStillUpon('/suspend', page, still)
  await answer(question, 'Suspend', question.getByRole('heading', { name: /is suspended/ }))
  const waited = shown.filter((text) => text.includes('no answer yet'))
  const said = new RegExp(
    `Taking effect…[^]*${server.node}\\s+applied[^]*${still.name}\\s+no answer yet[^]*Waiting for 1 of 3 nodes`,
  )
  assert.ok(
    waited.some((text) => said.test(text)),
    waited.join('\n'),
  )
  assert.ok(waited.every((text) => !text.includes('Cancel')))
  await expect(question.getByText(/2 of 3 nodes confirmed in/)).toBeVisible()
  await expect(question.getByRole('row', { name: new RegExp(still.name) })).toContainText('lease expired')
  await question.getByRole('button', { name: 'Done' }).click()
  still.child.kill('SIGCONT')
  await page.goto(`${server.url}/dashboard/operator/nodes`)
  await expect(page.getByRole('row', { name: new RegExp(still.name) })).toContainText('Up to date')

  const { id, key } = await makeKey(page, server.url, 'Narrowed')
  const stream = await SpeakClient.open(server, key)
  await page.goto(`${server.url}/dashboard/settings/api-keys/${id}?tab=access`)
  await page.getByRole('radio', { name: /^Look/ }).check()
  await standsStillUpon(`/api-keys/${id}`, page, still)
  const before = shown.length
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/^Applied on 2 nodes in [\d.]+ ms\. Running streams follow\.$/)).toBeVisible()
  await expect(page.getByText(`${still.name} didn't answer.`)).toBeVisible()
  const waiting = 'Waiting for 1 of 3 nodes. Longest possible: 2 s.'
  assert.ok(shown.slice(before).some((text) => text.includes(waiting)))
  assert.equal((await stream.closed).code, 4003)
  assert.deepEqual(await obstacles(page), [])
  still.child.kill('SIGCONT')
  assert.deepEqual(person.troubles, [])
})

test('a connection that breaks meanwhile: what is known is said, and the same press gives the receipt; none at all: it may still work', async () => {
  await using person = await visit(browser)
  const { page } = person
  await using way = await Network.to(Number(new URL(server.url).port))
  const { upon } = await questionTexts(page)
  await signUp(page, way.url, { name: 'Bea', email: 'bea@example.org' })
  const still = others[1] ?? assert.fail()
  await askToRevoke(page, way.url, 'Half')
  const question = page.getByRole('alertdialog')
  await standsStillUpon('/revoke', page, still)
  upon('no answer yet', () => way.break())
  await answer(question, 'Revoke', question.getByRole('heading', { name: 'Revoked, but not proved yet' }))
  await expect(question.getByRole('alert')).toContainText('the key may still work there for up to 2 s')
  assert.deepEqual(await obstacles(page), [])
  still.child.kill('SIGCONT')
  await question.getByRole('button', { name: 'Revoke again' }).click()
  await expect(question.getByText(/of 3 nodes confirmed in/)).toBeVisible()
  await question.getByRole('button', { name: 'Done' }).click()

  await askToRevoke(page, way.url, 'Gone')
  await way.close()
  await answer(question, 'Revoke', question.getByText('The key may still work.'))
  await expect(question.getByRole('heading', { name: 'Revoke “Gone”?' })).toBeVisible()
  await way.open()
  await answer(question, 'Revoke', question.getByText(/of 3 nodes confirmed in/))
})
