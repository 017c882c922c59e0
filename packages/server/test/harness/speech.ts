import type { TestServer } from './test-server.ts'

/** Asks for speech; `body` is sent as JSON unless it is text or bytes. */
export function generate(
  { url }: Pick<TestServer, 'url'>,
  key: string,
  body: unknown,
  { path = '/v1/tts/generate', headers = {}, signal }: GenerateOptions = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })
}

type GenerateOptions = { path?: string; headers?: Record<string, string>; signal?: AbortSignal }

/** The bytes of an answer. */
export const bytesOf = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer())
