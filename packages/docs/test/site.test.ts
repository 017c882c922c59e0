import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ROUTES, type Route, SOCKETS } from '@kugelaudio/contract'
import { exchange, requestText } from '../../server/test/harness/raw-http.ts'
import { startServer, type TestServer } from '../../server/test/harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const get = async (path: string): Promise<Response> => {
  const answer = await fetch(server.url + path)
  assert.equal(answer.status, 200, path)
  return answer
}
const textOf = async (path: string): Promise<string> => await (await get(path)).text()
/** Every page of the index for language models. */
const slugs = async (): Promise<string[]> =>
  [...(await textOf('/llms.txt')).matchAll(/\/docs\/([\w-]+)\.md/g)].map(([, slug = '']) => slug)

test('the index names every page with what it is for; each is there to read and as Markdown, and the whole in one', async () => {
  const index = await textOf('/llms.txt')
  const lines = index.split('\n').filter((line) => line.startsWith('- '))
  assert.ok(lines.length > 30)
  for (const line of lines) assert.match(line, /^- \[[^\]]+\]\(http[^)]+\): \S.{9,}$/)
  const all = await textOf('/llms-full.txt')
  for (const slug of await slugs()) {
    const answer = await get(`/docs/${slug}`)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal((await answer.text()).match(/<h1/g)?.length, 1, slug)
    const markdown = await get(`/docs/${slug}.md`)
    assert.equal(markdown.headers.get('content-type'), 'text/markdown; charset=utf-8')
    assert.ok(all.includes(await markdown.text()), slug)
  }
})

test('every link leads somewhere: to a page that is there, and to a place on it', async () => {
  const pages = new Map<string, string>(
    await Promise.all(
      (await slugs()).map(async (slug) => [`/docs/${slug}`, await textOf(`/docs/${slug}`)] as const),
    ),
  )
  const dead = [...pages].flatMap(([from, html]) =>
    [...html.matchAll(/href="([^"]+)"/g)].flatMap(([, href = '']) => {
      if (/^https?:/.test(href) || /^\/(?:dashboard|openapi\.json|asyncapi\.json)$/.test(href)) return []
      const { pathname, hash } = new URL(href, `http://here${from}`)
      if (pathname === '/docs' || pathname.endsWith('.css') || pathname.endsWith('.md')) return []
      const html = pages.get(pathname)
      const isThere = html !== undefined && (hash === '' || html.includes(`id="${hash.slice(1)}"`))
      return isThere ? [] : [`${from}: ${href}`]
    }),
  )
  assert.deepEqual(dead, [])
})

test('every route and every socket is in the references, by its name', async () => {
  const index = await textOf('/docs/http')
  for (const { operationId, path, method } of Object.values(ROUTES) as Route[]) {
    assert.ok(index.includes(`#${operationId}"><code>${method} ${path}</code>`), operationId)
  }
  const sockets = await textOf('/docs/sockets')
  for (const [address, { name }] of Object.entries(SOCKETS)) {
    assert.ok(sockets.includes(`id="${name}"`) && sockets.includes(address), address)
  }
})

test('examples name the address by which the reader calls the server, and nothing that it should not', async () => {
  const asked = (host: string) =>
    exchange(server.url, `GET /docs/quickstart HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  assert.match((await asked('speech.example.com'))?.body ?? '', /curl http:\/\/speech\.example\.com\/health/)
  assert.doesNotMatch((await asked('a"><script>'))?.body ?? '', /<script/)
  assert.doesNotMatch((await asked("a'b"))?.body ?? '', /a'b/)
})

test('a page runs nothing, loads nothing from elsewhere and is in no frame', async () => {
  const { headers } = await get('/docs')
  assert.equal(
    headers.get('content-security-policy'),
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
})

test('what is no page is 404 in the form of every other failure', async () => {
  for (const path of [
    '/docs/nothing',
    '/docs/http.html',
    '/docs/quickstart/more',
    '/docs/__proto__',
    '/llms',
  ])
    assert.equal((await fetch(server.url + path)).status, 404, path)
  const posted = await exchange(server.url, requestText('POST /docs HTTP/1.1', ['Connection: close'], '{}'))
  assert.equal(posted?.status, 404)
})

test('AsyncAPI says of every socket what it takes and sends, and refers to nothing that is not there', async () => {
  const document = (await (await get('/asyncapi.json')).json()) as Record<string, unknown>
  assert.equal(document['asyncapi'], '3.0.0')
  const channels = document['channels'] as Record<string, { address: string; messages: object }>
  assert.deepEqual(
    Object.values(channels).map(({ address }) => address),
    Object.keys(SOCKETS),
  )
  for (const { name, takes, sends } of Object.values(SOCKETS)) {
    const messages = Object.keys(channels[name]?.messages ?? {})
    assert.equal(
      messages.length,
      Object.keys(takes).length + sends.options.length,
      `${name}: each has a name`,
    )
  }
  for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = reference
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
    assert.ok(found !== undefined, reference)
  }
})
