import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ROUTES, type Route } from '@kugelaudio/contract'
import type { APIRequestContext, Browser, BrowserContext, Page } from '@playwright/test'
import { OPERATOR } from '../../server/src/store/audit-log.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'
import { LINES, type RouteName } from '../src/api/routes.ts'
import { openBrowser, visit } from './harness/browser.ts'
import { addressesOf } from './harness/pages.ts'
import { signUp } from './harness/people.ts'
import { furnish, setUp } from './harness/showcase.ts'

let server: TestServer
let browser: Browser
before(async () => {
  server = await startServer({ isEmpty: true })
  await server.engine.offer()
  browser = await openBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
})

/** What no page asks for by itself: it takes a press. Foreign ids in it are tried by access-matrix.test.ts. */
const PRESSED: readonly RouteName[] = ['getVoiceReferenceAudio']

/** What the pages may ask for, as patterns of paths. */
const ASKED = (Object.keys(LINES) as RouteName[]).filter((name) => {
  const { method, member }: Route = ROUTES[name]
  return method === 'GET' && member !== undefined && !PRESSED.includes(name)
})
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)

/** Under these names answers say what belongs to somebody. */
const OWN = new Set(['id', 'name', 'email', 'owner', 'description', 'hint', 'word', 'replacement', 'url'])
/** Shorter words stand in any text. */
const WORD_LENGTH_MIN = 6

/** What an answer tells of, by the names of its members. */
function wordsOf(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && inner.length >= WORD_LENGTH_MIN && (OWN.has(name) || /_id$/.test(name)))
      found.add(inner)
    else wordsOf(inner, found)
  }
  return found
}

/** What somebody is told who asks for everything that takes no id. */
async function vocabularyOf(request: APIRequestContext): Promise<Set<string>> {
  const words = new Set<string>()
  for (const name of ASKED) {
    const { path } = ROUTES[name]
    if (path.includes('{')) continue
    const answer = await request.get(server.url + path)
    if (answer.ok()) wordsOf(await answer.json(), words)
  }
  return words
}

/** Tabs at a time: each waits most of the time. */
const TABS = 4

/** Opens pages, several at a time, and looks at each when it asks for nothing more. */
async function openEach(
  context: BrowserContext,
  paths: readonly string[],
  look: (page: Page, path: string) => Promise<void>,
): Promise<void> {
  const left = [...paths]
  const tab = async (): Promise<void> => {
    const page = await context.newPage()
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      await page.goto(`${server.url}/dashboard${path}`)
      await page.waitForLoadState('networkidle')
      await look(page, path)
    }
    await page.close()
  }
  await Promise.all(Array.from({ length: TABS }, tab))
}

test('another account sees nothing of this one: no page shows it, and no call of any page, made with the ids of this one, tells of it', async () => {
  await using ada = await visit(browser)
  await using bob = await visit(browser)
  await setUp(ada.page.request, server)
  await signUp(bob.page, server.url, { name: 'Bob', email: 'bob@example.org', account: 'Elsewhere' })
  const own = await (await bob.page.request.get(`${server.url}/v1/session`)).json()
  await server.operator.accounts.changePlan(own.account.id, 'enterprise', OPERATOR)
  const common = await vocabularyOf(bob.page.request)
  const shown = await furnish(ada.page.request, server)
  const pages = addressesOf(shown, 'person')

  const calls = new Map<string, { method: string; path: string; body: string | null }>()
  const told: Promise<unknown>[] = []
  const words = new Set<string>()
  ada.page.context().on('response', (response) => {
    const request = response.request()
    const { pathname, search } = new URL(request.url())
    if (!/^\/(?:v1|api)\//.test(pathname)) return
    const path = pathname + search
    calls.set(`${request.method()} ${path}`, { method: request.method(), path, body: request.postData() })
    // What is still under way when the next page is opened has no body.
    if (response.ok())
      told.push(
        response.json().then(
          (answer) => wordsOf(answer, words),
          () => {},
        ),
      )
  })
  await openEach(ada.page.context(), pages, async (page) => {
    await page.getByRole('heading', { level: 1 }).waitFor()
  })
  await Promise.all(told)
  assert.deepEqual(ada.troubles, [])
  const paths = [...calls.values()].map(({ path }) => path.replace(/\?.*/, ''))
  for (const name of ASKED)
    assert.ok(
      paths.some((path) => patternOf(ROUTES[name].path).test(path)),
      `no page that was opened asks for ${name}`,
    )
  const secrets = [...words].filter((word) => !common.has(word))
  for (const known of [shown.keys[0]?.id ?? '', shown.webhook, 'Station announcer', 'jonas@acme.example'])
    assert.ok(secrets.includes(known), `${known} was seen`)
  const tellsNothing = (text: string, where: string): void => {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${where} tells of ${secret}`)
  }

  const numbers = [shown.voice, shown.dictionary].map((id) => `/${id}`)
  for (const { method, path, body } of calls.values()) {
    const answer = await bob.page.request.fetch(server.url + path, {
      method,
      headers: { origin: server.url, 'content-type': 'application/json' },
      ...(body === null ? {} : { data: body }),
    })
    const where = `${method} ${path}`
    const [pathname = ''] = path.split('?')
    const named = secrets.some((secret) => pathname.includes(secret))
    if (named || numbers.some((id) => `${pathname}/`.includes(`${id}/`)))
      assert.ok([403, 404].includes(answer.status()), `${where}: ${answer.status()}`)
    tellsNothing(await answer.text(), where)
  }
  await openEach(bob.page.context(), pages, async (page, path) => {
    await page.getByRole('heading').or(page.getByRole('alert')).first().waitFor()
    tellsNothing(await page.locator('body').innerText(), path)
  })
})
