import type { Browser, BrowserContext } from '@playwright/test'
import { OPERATOR } from '../../../server/src/store/audit-log.ts'
import { addSpent, monthQuota, takeQuotas } from '../../../server/src/store/usage.ts'
import type { TestServer } from '../../../server/test/harness/test-server.ts'
import { visit } from './browser.ts'
import { PASSWORD } from './people.ts'

type State = Awaited<ReturnType<BrowserContext['storageState']>>

/** Those that pages are shown to. */
export type Role = keyof typeof MAKERS

/** A sign-in is fresh for ten minutes, and pages are shown as they are then. */
const FRESH_MS = 5 * 60_000

/** Who pages are shown to, of a server that is set up; each comes when a page is shown to them first. */
export function createCast(browser: Browser, server: TestServer) {
  const known = new Map<Role, { email: string; state: State; atMs: number }>()
  const enter = async (role: Role): Promise<State> => {
    const nowMs = server.clock.nowMs()
    const one = known.get(role)
    if (one !== undefined && nowMs - one.atMs < FRESH_MS) return one.state
    const email = one?.email ?? (await MAKERS[role](server, browser, () => enter('owner')))
    const state = await signIn(browser, server, email)
    known.set(role, { email, state, atMs: nowMs })
    return state
  }
  return {
    /** A person's cookies. */
    enter,
    /** A link by which somebody may join the operator's account. */
    invite: async () => await invited(browser, server, await enter('owner'), 'new@acme.example', 'developer'),
  }
}

const MAKERS = {
  owner: async () => 'mara@acme.example',
  /** Somebody whose account has nothing in it. */
  newcomer: async (server: TestServer) => {
    const email = 'nia@whale.example'
    await account(server, { email, name: 'Blue Whale Radio', plan: 'business' })
    return email
  },
  /** Somebody who may look, but change nothing. */
  viewer: async (server: TestServer, browser: Browser, owner: () => Promise<State>) => {
    const email = 'vera@acme.example'
    const invitation = new URL(await invited(browser, server, await owner(), email, 'viewer')).hash.slice(1)
    await using person = await visit(browser)
    const body = { name: 'Vera Okafor', email, password: PASSWORD, invitation }
    await post(person.page.context(), server, '/api/auth/sign-up/email', body)
    return email
  },
  /** An account of a thousand keys. */
  crowd: async (server: TestServer) => {
    const email = 'robin@fleet.example'
    const id = await account(server, { email, name: 'Robot Fleet', plan: 'enterprise' })
    for (let at = 1; at <= KEYS_OF_A_FLEET; at++)
      await server.operator.keys.create(id, { name: `Robot ${String(at).padStart(4, '0')}` }, OPERATOR)
    return email
  },
  /** An account on a small plan, whose month is nearly used up. */
  frugal: async (server: TestServer) => {
    const email = 'filo@corner.example'
    const accountId = await account(server, { email, name: 'Corner Shop', plan: 'free' })
    const { id: keyId } = await server.operator.keys.create(accountId, { name: 'Till' }, OPERATOR)
    const turn = { accountId, keyId, model: 'kugel-3', voice: 'tone-a', openedAtMs: server.clock.nowMs() }
    const spent = { characters: 86_400, audioMs: 5_356_800, errors: 0, firstAudioMs: 90 }
    const month = { ...monthQuota(accountId, turn.openedAtMs), limit: null }
    await server.operator.store.transaction(async (query) => {
      await addSpent(query, turn, spent)
      await takeQuotas(query, [month], spent.characters)
    })
    return email
  },
  /** An account that the operator has stopped. */
  suspended: async (server: TestServer) => {
    const email = 'sol@late.example'
    const id = await account(server, { email, name: 'Late Payers', plan: 'business' })
    await server.operator.keys.create(id, { name: 'Shop window' }, OPERATOR)
    await server.suspendAccount(id)
    return email
  },
} as const

const KEYS_OF_A_FLEET = 1_000

async function account(
  { operator }: TestServer,
  wanted: { email: string; name: string; plan: string },
): Promise<string> {
  const { account_id: id } = await operator.accounts.create({ ...wanted, password: PASSWORD })
  return id
}

async function signIn(browser: Browser, server: TestServer, email: string): Promise<State> {
  await using person = await visit(browser)
  const context = person.page.context()
  await post(context, server, '/api/auth/sign-in/email', { email, password: PASSWORD })
  return await context.storageState()
}

async function invited(
  browser: Browser,
  server: TestServer,
  owner: State,
  email: string,
  role: string,
): Promise<string> {
  await using person = await visit(browser, { storageState: owner })
  const { url } = (await post(person.page.context(), server, '/v1/invitations', { email, role })) as {
    url: string
  }
  return url
}

async function post(
  { request }: BrowserContext,
  { url }: TestServer,
  path: string,
  data: unknown,
): Promise<unknown> {
  const answer = await request.post(url + path, { data, headers: { origin: url } })
  if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`)
  return await answer.json()
}
