import { BODY_BYTES_MAX, type Form } from '@kugelaudio/contract'
import {
  MaxFileSizeExceededError,
  MaxHeaderSizeExceededError,
  MaxPartsExceededError,
  MaxTotalSizeExceededError,
  MultipartParseError,
  MultipartParser,
  type MultipartPart,
} from '@remix-run/multipart-parser'
import type { z } from 'zod'
import { Failure } from '../../failure.ts'
import { parseBy, parseJson } from '../../parse.ts'
import { bytesOf } from './body.ts'

/** A file of a form. */
export type FormFile = {
  /** What answers call it: `file`, or `files.2` where there may be several. */
  part: string
  /** As the caller calls it, made fit to be shown. */
  fileName: string
  bytes: Uint8Array
}

/** Members of a form beside its files. */
const MEMBERS_MAX = 50
const HEADER_BYTES_MAX = 4 * 1024
const FILE_NAME_CHARACTERS_MAX = 200
/** Bytes that trickle in are put together, so that each does not cost an object of its own. */
const PIECE_BYTES = 64 * 1024

export const isForm = (request: Request): boolean =>
  /^multipart\/form-data\s*(;|$)/i.test(request.headers.get('content-type') ?? '')

/**
 * Reads `multipart/form-data` (RFC 7578). `take` hears of all bytes before they are kept. What is a file is told by the
 * part's name: some clients give file names to parts that are none, and none to files.
 */
export async function readForm<Body extends z.ZodType>(
  request: Request,
  { body, form, bytesMax }: { body: Body; form: Form; bytesMax: number },
  take: (bytes: number) => void,
): Promise<{ value: z.output<Body>; files: FormFile[] }> {
  const parser = parserOf(request, form, bytesMax)
  const files: FormFile[] = []
  const members = new Map<string, MultipartPart>()
  let isFinished = false
  try {
    for await (const piece of inPieces(bytesOf(request, bytesMax))) {
      // Whatever follows the end is to be ignored (RFC 2046, section 5.1.1).
      if (isFinished) continue
      take(piece.length)
      for (const part of parser.write(piece)) {
        if (part.name === form.file.name) files.push(fileOf(part, form, files.length))
        else keepMember(members, part)
      }
      isFinished = hasFinished(parser)
    }
  } catch (error) {
    throw failureOfParser(error, form)
  }
  if (!isFinished) throw new Failure('VALIDATION_ERROR', 'The form ends before its last boundary')
  if (files.length < form.file.min)
    throw new Failure('VALIDATION_ERROR', `${form.file.name}: is required, as a file`)
  return { value: parseBy(body, membersOf(members, form)), files }
}

function parserOf(request: Request, { file }: Form, bytesMax: number): MultipartParser {
  const type = request.headers.get('content-type') ?? ''
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? []
  const boundary = quoted ?? plain
  // RFC 2046, section 5.1.1.
  if (boundary === undefined || boundary.length > 70)
    throw new Failure('VALIDATION_ERROR', 'Content-Type: multipart/form-data must name its boundary')
  return new MultipartParser(boundary, {
    maxHeaderSize: HEADER_BYTES_MAX,
    maxFileSize: file.bytesMax,
    maxParts: file.max + MEMBERS_MAX,
    maxTotalSize: bytesMax,
  })
}

function fileOf(part: MultipartPart, { file }: Form, before: number): FormFile {
  if (before >= file.max) throw new Failure('VALIDATION_ERROR', `${file.name}: at most ${file.max} at a time`)
  const fileName = (part.filename ?? '')
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, FILE_NAME_CHARACTERS_MAX)
  return { part: file.max === 1 ? file.name : `${file.name}.${before}`, fileName, bytes: part.bytes }
}

function keepMember(members: Map<string, MultipartPart>, part: MultipartPart): void {
  const { name, size } = part
  if (name === undefined || name === '')
    throw new Failure('VALIDATION_ERROR', 'A part of the form has no name')
  if (members.has(name)) throw new Failure('VALIDATION_ERROR', `${shown(name)}: is in the form twice`)
  if (size > BODY_BYTES_MAX) throw new Failure('PAYLOAD_TOO_LARGE', `${shown(name)}: is too large`)
  members.set(name, part)
}

function membersOf(members: ReadonlyMap<string, MultipartPart>, { json }: Form): unknown {
  if (json === null) return Object.fromEntries([...members].map(([name, part]) => [name, textOf(name, part)]))
  const part = members.get(json)
  if (part === undefined) throw new Failure('VALIDATION_ERROR', `${json}: is required, as JSON`)
  return parseJson(part.bytes)
}

function textOf(name: string, part: MultipartPart): string {
  try {
    return part.text
  } catch {
    throw new Failure('VALIDATION_ERROR', `${shown(name)}: must be UTF-8`)
  }
}

/** Names are the caller's, of any length. */
const shown = (name: string): string => name.slice(0, 60)

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    size += chunk.length
    if (size < PIECE_BYTES && waiting.length < PIECE_BYTES / 64) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}

function hasFinished(parser: MultipartParser): boolean {
  try {
    parser.finish()
    return true
  } catch {
    return false
  }
}

function failureOfParser(error: unknown, { file }: Form): unknown {
  if (error instanceof MaxFileSizeExceededError)
    return new Failure(
      'PAYLOAD_TOO_LARGE',
      `${file.name}: at most ${file.bytesMax / (1024 * 1024)} MiB a file`,
    )
  if (error instanceof MaxTotalSizeExceededError) return new Failure('PAYLOAD_TOO_LARGE')
  if (error instanceof MaxPartsExceededError)
    return new Failure('VALIDATION_ERROR', 'The form has too many parts')
  if (error instanceof MaxHeaderSizeExceededError)
    return new Failure('VALIDATION_ERROR', 'The head of a part of the form is too long')
  // The parser reads heads of parts as UTF-8 when it is asked for them, and says so by a TypeError.
  if (error instanceof MultipartParseError || error instanceof TypeError)
    return new Failure('VALIDATION_ERROR', 'The form is malformed', { cause: error })
  return error
}
