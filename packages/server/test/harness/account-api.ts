import assert from 'node:assert/strict'
import { AccountView, UsageReport } from '@kugelaudio/contract'
import { until } from '../engines/harness.ts'
import type { TestServer } from './test-server.ts'

type At = Pick<TestServer, 'url'>

/** Asks a route with a key. */
export const ask = ({ url }: At, key: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url + path, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
  })

/** Sends JSON to a route with a key. */
export const send = (at: At, key: string, method: string, path: string, body: unknown): Promise<Response> =>
  ask(at, key, path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })

/** What `GET /v1/account` answers, taken by the contract. */
export async function accountOf(at: At, key: string): Promise<AccountView> {
  const answer = await ask(at, key, '/v1/account')
  assert.equal(answer.status, 200, await answer.clone().text())
  return AccountView.strict().parse(await answer.json())
}

/** What `GET /v1/usage` answers, taken by the contract. */
export async function usageOf(at: At, key: string, query = ''): Promise<UsageReport> {
  const answer = await ask(at, key, `/v1/usage${query}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  return UsageReport.strict().parse(await answer.json())
}

/** Waits until no turn of a key's account holds a place. */
export async function untilQuiet(server: TestServer): Promise<void> {
  await until(() => server.serving.streams.size === 0)
  await server.serving.flush()
}
