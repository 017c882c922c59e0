import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Dialect, ROLES, ROUTES, type Route, roleMay, SCOPES, type Scope } from '@kugelaudio/contract'
import { mintKeyText } from '@kugelaudio/keycore'
import { OPERATOR } from '../src/store/audit-log.ts'
import { memberOf, type Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'
import { CALLS, type RouteCall } from './matrix/calls.ts'

/** The page's words; where a route speaks another API's dialect, in its form. A request id may stand anywhere. */
const REFUSALS: Record<'own' | Dialect, Record<401 | 403, string>> = {
  own: {
    401: '{"error":{"code":"unauthorized","message":"Invalid or missing API key"}}',
    403: '{"error":{"code":"forbidden","message":"API key does not have access to this resource"}}',
  },
  elevenlabs: {
    401: '{"detail":{"status":"invalid_api_key","message":"Invalid or missing API key","request_id":"req"}}',
    403: '{"detail":{"status":"missing_permissions","message":"API key does not have access to this resource","request_id":"req"}}',
  },
  openai: {
    401: '{"error":{"message":"Invalid or missing API key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}',
    403: '{"error":{"message":"API key does not have access to this resource","type":"invalid_request_error","param":null,"code":"insufficient_permissions"}}',
  },
}
/** Of another network: the tests come from loopback. */
const ELSEWHERE = ['203.0.113.0/24']

type Refusal = 401 | 403

/** That an answer is a refusal, in the route's words. */
function expectRefusal(
  route: Route,
  answer: { status: number; text: string },
  refusal: Refusal,
  who?: string,
): void {
  const body = answer.text.replace(/req_[0-9a-f-]{36}/, 'req')
  const expected = { status: refusal, body: REFUSALS[route.dialect ?? 'own'][refusal] }
  assert.deepEqual({ status: answer.status, body }, expected, who ?? route.path)
}

/** A plan with speech and nothing else. */
const BARE_PLAN = {
  name: 'bare',
  requests_per_minute: null,
  concurrent_streams: null,
  characters_per_request: 10_000,
  characters_per_month: null,
  features: [],
}
const PLANS_FILE = join(tmpdir(), `kugelaudio-plans-${process.pid}.json`)

let server: TestServer
let bare: string
let owner: string
let foreigner: string
let foreignAccount: string
let stranger: (Person & { userId: string }) | undefined

before(async () => {
  writeFileSync(PLANS_FILE, JSON.stringify([BARE_PLAN]))
  server = await startServer({
    environment: { KUGELAUDIO_PLANS_FILE: PLANS_FILE, KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.1' },
  })
  await server.engine.offer()
  owner = (await server.createKey({ name: 'owner', scopes: [...SCOPES] })).key
  foreignAccount = await server.createAccount('foreigner@example.com')
  await server.operator.accounts.changePlan(foreignAccount, 'enterprise', OPERATOR)
  const bareAccount = await server.createAccount('bare@example.com')
  bare = (await server.createKey({ name: 'bare', accountId: bareAccount, scopes: [...SCOPES] })).key
  await server.operator.accounts.changePlan(bareAccount, 'bare', OPERATOR)
  foreigner = (await server.createKey({ name: 'foreigner', accountId: foreignAccount, scopes: [...SCOPES] }))
    .key
})
after(async () => {
  await server.stop()
  rmSync(PLANS_FILE)
})

/** What no route with a key may be called with, and how each is refused. Null: presents nothing. */
const NOBODY: Record<string, { refusal: Refusal; credential: () => Promise<string | null> }> = {
  'no credential': { refusal: 401, credential: async () => null },
  'what is no key': { refusal: 401, credential: async () => 'ka_nonsense' },
  'a key that was never minted': {
    refusal: 401,
    credential: async () => mintKeyText(randomBytes),
  },
  'an expired key': {
    refusal: 401,
    credential: async () => {
      const { key } = await server.createKey({
        scopes: [...SCOPES],
        expiresAtMs: server.clock.nowMs() + 1_000,
      })
      server.clock.advance(1_000)
      return key
    },
  },
  'a revoked key': {
    refusal: 401,
    credential: async () => {
      const { id, key } = await server.createKey({ scopes: [...SCOPES] })
      await server.revokeKey(id)
      return key
    },
  },
  'a rotated-out key': {
    refusal: 401,
    credential: async () => {
      const { id, key } = await server.createKey({ scopes: [...SCOPES] })
      await server.operator.keys.rotate(
        { accountId: null },
        id,
        { overlapSeconds: 0, idempotencyKey: null },
        OPERATOR,
      )
      return key
    },
  },
  'a key of a suspended account': {
    refusal: 403,
    credential: async () => {
      const accountId = await server.createAccount(
        `suspended-${server.clock.nowMs()}-${Math.random()}@example.com`,
      )
      const { key } = await server.createKey({ accountId, scopes: [...SCOPES] })
      await server.suspendAccount(accountId)
      return key
    },
  },
  'a key from an address it does not allow': {
    refusal: 403,
    credential: async () => (await server.createKey({ scopes: [...SCOPES], allowed_ips: ELSEWHERE })).key,
  },
}

async function call(
  route: Route,
  how: RouteCall,
  credential: string | null,
): Promise<{ status: number; text: string }> {
  const params = (await how.params?.(server, owner)) ?? {}
  const body = await how.body?.(server, owner)
  return await send(route, { params, body, credential })
}

/** The same as somebody who is signed in. */
async function callAs(
  route: Route,
  how: RouteCall,
  person: Person & { userId: string },
  origin = server.url,
) {
  // What a stranger asks about belongs to somebody else.
  const own = person.userId === stranger?.userId ? undefined : person
  const params = (await how.params?.(server, owner, own)) ?? {}
  const body = await how.body?.(server, owner, person)
  const asked = body === undefined ? { origin } : { body, origin }
  const answer = await person.ask(route.method, pathOf(route, params), asked)
  return { status: answer.status, text: await answer.text() }
}

const pathOf = (route: Route, params: Record<string, string>): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'missing')

async function send(
  route: Route,
  { params, body, credential }: { params: Record<string, string>; body: unknown; credential: string | null },
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${server.url}${pathOf(route, params)}`, {
    method: route.method,
    headers: {
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text() }
}

test('every route of the contract has a row in the matrix', () => {
  assert.deepEqual(Object.keys(CALLS).sort(), Object.keys(ROUTES).sort())
})

for (const [name, route] of Object.entries(ROUTES) as [keyof typeof ROUTES, Route][]) {
  const how = CALLS[name]
  if (route.access === 'open') {
    test(`${name} is open to everyone, with and without a credential`, async () => {
      for (const credential of [null, 'ka_nonsense']) {
        const { status } = await call(route, how, credential)
        assert.ok(status !== 401 && status !== 403, String(status))
      }
    })
    continue
  }

  test(`${name} refuses whoever has no authority at all, in the page's words`, async () => {
    for (const [who, { refusal, credential }] of Object.entries(NOBODY)) {
      expectRefusal(route, await call(route, how, await credential()), refusal, who)
    }
  })

  if (route.access === 'session') {
    test(`${name} is for people: it refuses every key and token`, async () => {
      const { status, text } = await call(route, how, owner)
      expectRefusal(route, { status, text }, 403)
    })
    membersTests(name, route, how)
    continue
  }

  if (route.member === undefined) {
    test(`${name} takes no session`, async () => {
      const person = await memberOf(server, { role: 'owner' })
      const { status, text } = await callAs(route, how, person)
      expectRefusal(route, { status, text }, 401)
    })
  } else membersTests(name, route, how)

  if (route.access !== 'key') {
    test(`${name} refuses a key that has every scope but ${route.access}`, async () => {
      const scopes = SCOPES.filter((scope: Scope) => scope !== route.access)
      const { key } = await server.createKey({ scopes })
      expectRefusal(route, await call(route, how, key), 403)
    })
  }

  if (route.feature !== undefined) {
    test(`${name} refuses an account whose plan has no ${route.feature}`, async () => {
      expectRefusal(route, await call(route, how, bare), 403)
    })
  }

  test(`${name} refuses a token where it manages anything`, async () => {
    const minted = await fetch(`${server.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owner}`, 'content-type': 'application/json' },
      body: '{"single_use":false}',
    })
    const { token } = (await minted.json()) as { token: string }
    const answer = await call(route, how, token)
    const mayUse = route.access === 'speech:generate' || route.access === 'key'
    if (mayUse) assert.equal(answer.status, how.ok)
    else expectRefusal(route, answer, 403)
  })

  if (how.isShared) {
    test(`${name} answers 404 for what exists nowhere`, async () => {
      const body = await how.body?.(server, owner)
      assert.equal((await send(route, { params: {}, body, credential: owner })).status, 404)
    })
  } else if (how.params !== undefined || name === 'revokeKeys') {
    test(`${name} refuses the full key of another account, and changes nothing`, async () => {
      expectRefusal(route, await call(route, how, foreigner), 403)
    })
    test(`${name} answers 404 for what exists nowhere`, async () => {
      const params = { id: 'key_00000000000000000000', delivery_id: 'none' }
      const body = name === 'revokeKeys' ? { ids: [params.id] } : await how.body?.(server, owner)
      assert.equal((await send(route, { params, body, credential: owner })).status, 404)
    })
  } else {
    test(`${name} shows the full key of another account nothing of this one`, async () => {
      const { text } = await call(route, how, foreigner)
      assert.equal(text.includes(server.account.account_id), false)
    })
  }

  test(`${name} serves its owner`, async () => {
    assert.equal((await call(route, how, owner)).status, how.ok)
  })
}

/** What of a route is different for those who are signed in. */
function membersTests(name: string, route: Route, how: RouteCall): void {
  const { member } = route
  for (const role of ROLES) {
    const may = member === undefined || roleMay(role, member)
    test(`${name} ${may ? 'serves' : 'refuses'} a member who is ${role}`, async () => {
      const { status, text } = await callAs(route, how, await memberOf(server, { role }))
      if (may) assert.equal(status, how.ok, text)
      else expectRefusal(route, { status, text }, 403)
    })
  }

  test(`${name} refuses a session that has ended, and one that a page of another origin uses`, async () => {
    const person = await memberOf(server, { role: 'owner' })
    const elsewhere = await callAs(route, how, person, 'https://elsewhere.example')
    expectRefusal(route, elsewhere, 403)
    const { query } = server.operator.store
    await query
      .updateTable('user_session')
      .set({ expires_at: server.clock.nowMs() })
      .where('id', '=', person.sessionId)
      .execute()
    const { status, text } = await callAs(route, how, person)
    expectRefusal(route, { status, text }, 401)
  })

  if (member !== undefined) {
    test(`${name} refuses a member of a suspended account, and whoever is no member any more`, async () => {
      const accountId = await server.createAccount(`suspended-${name}@example.com`)
      const person = await memberOf(server, { role: 'owner', accountId })
      await server.suspendAccount(accountId)
      const suspended = await callAs(route, how, person)
      expectRefusal(route, suspended, 403)
      const gone = await memberOf(server, { role: 'owner' })
      await server.operator.store.query.deleteFrom('member').where('user_id', '=', gone.userId).execute()
      const { status, text } = await callAs(route, how, gone)
      expectRefusal(route, { status, text }, 403)
    })
  }

  if (route.recent === true) {
    test(`${name} asks a member again who has not signed in for ten minutes`, async () => {
      const person = await memberOf(server, { role: 'owner' })
      const { query } = server.operator.store
      const authenticated_at = server.clock.nowMs() - 600_000
      await query
        .updateTable('user_session')
        .set({ authenticated_at })
        .where('id', '=', person.sessionId)
        .execute()
      const { status, text } = await callAs(route, how, person)
      assert.equal(status, 403)
      assert.equal((JSON.parse(text) as { error_code?: string }).error_code, 'REAUTHENTICATION_REQUIRED')
    })
  }

  test(`${name} gives the owner of another account nothing of this one`, async () => {
    stranger = await memberOf(server, { role: 'owner', accountId: foreignAccount })
    const { status, text } = await callAs(route, how, stranger)
    if (how.params !== undefined || ['revokeKeys', 'changeSession', 'createToken'].includes(name))
      expectRefusal(route, { status, text }, 403)
    assert.equal(text.includes(server.account.account_id), false)
  })
}
