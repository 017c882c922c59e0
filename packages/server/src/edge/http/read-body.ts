import { BODY_BYTES_MAX, type Route } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'
import { readJson } from './body.ts'
import { type FormFile, isForm, readForm } from './multipart.ts'

/** A body by what its route takes. */
export type ReadBody = { bytes: Uint8Array; value: unknown; files: readonly FormFile[] }

const NO_BYTES = new Uint8Array()

/** Reads a body: none, JSON, or a form. `take` hears of the bytes of a form before they are kept. */
export async function readBody(
  request: Request,
  { body, bodyOptional, bodyBytesMax, form }: Route,
  take: (bytes: number) => void,
): Promise<ReadBody> {
  if (body === null) return { bytes: NO_BYTES, value: null, files: [] }
  if (form !== undefined && isForm(request)) {
    const bytesMax = bodyBytesMax ?? BODY_BYTES_MAX
    return { bytes: NO_BYTES, ...(await readForm(request, { body, form, bytesMax }, take)) }
  }
  if (form?.only === true)
    throw new Failure('UNSUPPORTED_MEDIA_TYPE', 'Send the body as Content-Type: multipart/form-data')
  // JSON alone is never as long as files.
  const bytesMax = form === undefined ? bodyBytesMax : BODY_BYTES_MAX
  return { ...(await readJson(request, { body, bodyOptional, bodyBytesMax: bytesMax })), files: [] }
}
