import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import type { Role } from '@kugelaudio/contract'
import { peopleSecret } from '../../src/auth/people/secrets.ts'
import { insertUser } from '../../src/store/accounts.ts'
import { insertMember } from '../../src/store/members.ts'
import type { TestServer } from './test-server.ts'

/** One that nobody guesses. */
export const PASSWORD = 'seven green kettles hum'

export type Asked = { body?: unknown; origin?: string | null; headers?: Record<string, string> }

/** A person at a browser: asks with the cookies that the server has set, from a page of the server's unless it is said. */
export class Person {
  readonly cookies = new Map<string, string>()
  readonly url: string

  constructor({ url }: Pick<TestServer, 'url'>, cookie?: { name: string; value: string }) {
    this.url = url
    if (cookie !== undefined) this.cookies.set(cookie.name, cookie.value)
  }

  async ask(
    method: string,
    path: string,
    { body, origin = this.url, headers = {} }: Asked = {},
  ): Promise<Response> {
    const answer = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader }),
        ...(origin === null ? {} : { origin }),
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie)
    return answer
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Asks, and takes the answer as JSON; fails unless the status is this. */
  async get<Answer = Record<string, unknown>>(path: string, status = 200): Promise<Answer> {
    return await this.#json('GET', path, undefined, status)
  }

  async post<Answer = Record<string, unknown>>(path: string, body?: unknown, status = 200): Promise<Answer> {
    return await this.#json('POST', path, body, status)
  }

  async signIn(email: string, password = PASSWORD): Promise<Response> {
    return await this.ask('POST', '/api/auth/sign-in/email', { body: { email, password } })
  }

  async #json<Answer>(method: string, path: string, body: unknown, status: number): Promise<Answer> {
    const answer = await this.ask(method, path, { body })
    const text = await answer.text()
    assert.equal(answer.status, status, `${method} ${path}: ${text}`)
    return JSON.parse(text) as Answer
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';')
    const at = pair.indexOf('=')
    const isGone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))
    if (isGone) this.cookies.delete(pair.slice(0, at))
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

/** A member of an account with a session, written straight into the database: for tests of what a session may do. */
export async function memberOf(
  server: TestServer,
  { accountId = server.account.account_id, role, email }: { accountId?: string; role: Role; email?: string },
): Promise<Person & { userId: string; sessionId: string }> {
  const name = randomBytes(8).toString('hex')
  const nowMs = server.clock.nowMs()
  const userId = `usr_${name}`
  const { query } = server.operator.store
  const user = {
    id: userId,
    email: email ?? `${name}@example.com`,
    name,
    created_at: nowMs,
    email_verified: 1,
  }
  await insertUser(query, user, null)
  await insertMember(query, { accountId, userId, role, atMs: nowMs })
  return Object.assign(await sessionFor(server, userId, accountId), { userId })
}

/** A session of somebody who is there already. */
export async function sessionFor(
  server: TestServer,
  userId: string,
  accountId: string,
): Promise<Person & { sessionId: string }> {
  const token = randomBytes(24).toString('base64url')
  const sessionId = `ses_${token}`
  const nowMs = server.clock.nowMs()
  await server.operator.store.query
    .insertInto('user_session')
    .values({
      id: sessionId,
      user_id: userId,
      token,
      expires_at: nowMs + 7 * 86_400_000,
      created_at: nowMs,
      updated_at: nowMs,
      authenticated_at: nowMs,
      active_account_id: accountId,
    })
    .execute()
  const secret = peopleSecret(server.secret)
  const signature = createHmac('sha256', secret).update(token).digest('base64')
  const value = encodeURIComponent(`${token}.${signature}`)
  return Object.assign(new Person(server, { name: 'kugelaudio.session_token', value }), { sessionId })
}
