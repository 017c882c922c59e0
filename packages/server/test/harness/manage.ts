import assert from 'node:assert/strict'
import type { TokenWithSecret } from '@kugelaudio/contract'
import type { TestServer } from './test-server.ts'

/** Calls a management route with a key; `body` is sent as JSON unless it is left out. */
export function manage(
  { url }: Pick<TestServer, 'url'>,
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** Mints a token of a key. */
export async function mintToken(
  server: Pick<TestServer, 'url'>,
  key: string,
  wish: object = {},
): Promise<TokenWithSecret> {
  const answer = await manage(server, key, 'POST', '/v1/tokens', wish)
  const body = await answer.text()
  assert.equal(answer.status, 201, body.replaceAll(/k[at]_\w+/g, '…'))
  return JSON.parse(body)
}
