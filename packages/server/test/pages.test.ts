import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { readBuiltPages } from '../src/built-pages.ts'
import { createPages, type Pages } from '../src/edge/http/pages.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startServer({ engine: 'none' })
})
after(() => server.stop())

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers, redirect: 'manual' })

/** The script that the document loads first. */
async function entry(): Promise<string> {
  const html = await (await get('/dashboard')).text()
  return /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? ''
}

test('the address of the server leads to the dashboard', async () => {
  const answer = await get('/')
  assert.equal(answer.status, 307)
  assert.equal(answer.headers.get('location'), '/dashboard')
})

test('every address of the dashboard is one document, which nobody keeps, frames or runs anything foreign in', async () => {
  for (const path of ['/dashboard', '/dashboard/settings/api-keys?state=active']) {
    const answer = await get(path)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    const policy = answer.headers.get('content-security-policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
      `ws://${new URL(server.url).host}`,
    ])
      assert.ok(policy.includes(rule), rule)
    assert.ok(!policy.includes('unsafe'), policy)
  }
})

test('the one style that is allowed by a nonce gets a new one with every document', async () => {
  const nonces = await Promise.all(
    [1, 2].map(async () => {
      const answer = await get('/dashboard')
      const inHtml = /nonce="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
      assert.match(inHtml, /^[\w+/]{22}==$/)
      assert.ok(answer.headers.get('content-security-policy')?.includes(`'nonce-${inHtml}'`))
      return inHtml
    }),
  )
  assert.notEqual(nonces[0], nonces[1])
})

test('what was chosen before is in the document, and nothing else that a cookie says', async () => {
  const chosen = await (
    await get('/dashboard', { cookie: 'kugelaudio.theme=dark; kugelaudio.language=de' })
  ).text()
  assert.match(chosen, /<html lang="de" data-theme="dark">/)
  const forged = await (
    await get('/dashboard', { cookie: 'kugelaudio.theme="><script>; kugelaudio.language=xx' })
  ).text()
  assert.match(forged, /<html lang="en">/)
})

test('what the document loads may be kept for ever, and comes compressed to those who take it', async () => {
  const script = await entry()
  const plain = await get(script, { 'accept-encoding': 'identity' })
  assert.equal(plain.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.match(plain.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(plain.headers.get('content-encoding'), null)
  const text = await plain.text()
  const zipped = await get(script, { 'accept-encoding': 'gzip' })
  assert.equal(zipped.headers.get('content-encoding'), 'gzip')
  assert.equal(await zipped.text(), text)
  const small = createPages(() => readBuiltPages(new URL('../../dashboard/dist', import.meta.url).pathname))(
    new Request(`${server.url}${script}`, { headers: { 'accept-encoding': 'gzip, br' } }),
    { headers: {} } as Parameters<Pages>[1],
  )
  assert.equal(small?.headers.get('content-encoding'), 'br')
  assert.equal(brotliDecompressSync(Buffer.from((await small?.arrayBuffer()) ?? [])).toString(), text)
})

test('files that were not built are not there, whatever their name', async () => {
  for (const path of [
    '/dashboard/assets/none.js',
    '/dashboard/assets/..%2findex.html',
    '/dashboard/assets/%2e%2e/%2e%2e/package.json',
    '/dashboard/assets/index.js.br',
  ]) {
    const answer = await get(path)
    assert.notEqual(answer.headers.get('content-type'), 'application/json; charset=utf-8')
    assert.ok([200, 404].includes(answer.status))
    assert.ok(!(await answer.text()).includes('"devDependencies"'))
  }
  assert.equal((await get('/dashboard/assets/none.js')).status, 404)
  assert.equal((await fetch(`${server.url}/dashboard`, { method: 'POST' })).status, 404)
})

test('a server whose pages were not built says how to get them, and builds appear without a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-pages-'))
  try {
    const pages = createPages(() => readBuiltPages(folder))
    const ask = (): Response | null =>
      pages(new Request(`${server.url}/dashboard`), { headers: {} } as Parameters<Pages>[1])
    assert.equal(ask()?.status, 503)
    assert.match((await ask()?.text()) ?? '', /npm start/)
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<html lang="en"></html>')
    assert.equal(ask()?.status, 200)
  } finally {
    await rm(folder, { recursive: true })
  }
})
