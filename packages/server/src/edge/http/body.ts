import { BODY_BYTES_MAX } from '@kugelaudio/contract'
import type { z } from 'zod'
import { Failure } from '../../failure.ts'
import { parseBy, parseJson } from '../../parse.ts'

/** A body as it came, and what it says. */
export type Read<Value> = { bytes: Uint8Array; value: Value }

/** What a body must be. */
type Wanted<Body extends z.ZodType> = {
  body: Body
  bodyOptional?: true | undefined
  bodyBytesMax?: number | undefined
}

/** Reads a JSON body by its schema; each way it can be wrong has its own failure. */
export async function readJson<Body extends z.ZodType>(
  request: Request,
  { body: schema, bodyOptional, bodyBytesMax = BODY_BYTES_MAX }: Wanted<Body>,
): Promise<Read<z.output<Body>>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const bytes = await readBytes(request, bodyBytesMax)
  if (bodyOptional === true && bytes.length === 0) return { bytes, value: parseBy(schema, {}) }
  if (type !== 'application/json') throw new Failure('UNSUPPORTED_MEDIA_TYPE')
  return { bytes, value: parseBy(schema, parseJson(bytes)) }
}

/** The query of an address by its schema. */
export const parseQuery = <Query extends z.ZodType>(request: Request, schema: Query): z.output<Query> =>
  parseBy(schema, Object.fromEntries(new URL(request.url).searchParams))

async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of bytesOf(request, bytesMax)) parts.push(part)
  return Buffer.concat(parts)
}

/** A body as it comes. Throws `PAYLOAD_TOO_LARGE`, and `CLIENT_GONE` when it stops before its end. */
export async function* bytesOf(
  request: Request,
  bytesMax: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw new Failure('PAYLOAD_TOO_LARGE')
  let size = 0
  const body = request.body ?? new ReadableStream<Uint8Array>({ start: (nothing) => nothing.close() })
  // What is left unread is the listener's: cancelled here, the connection would break before the answer is heard.
  const parts = body.values({ preventCancel: true })
  try {
    for (;;) {
      const next = await parts.next().catch(() => {
        // Only a caller who hangs up stops a body before its end.
        throw new Failure('CLIENT_GONE')
      })
      if (next.done) return
      size += next.value.byteLength
      if (size > bytesMax) throw new Failure('PAYLOAD_TOO_LARGE')
      yield next.value
    }
  } finally {
    await parts.return?.()
  }
}
