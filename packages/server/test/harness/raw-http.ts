import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export type RawAnswer = {
  status: number
  /** By name in lower case; a header that came twice has its values joined by `, `. */
  headers: Record<string, string>
  body: string
}

/** Connects to a server by its address; what goes wrong on the socket later only closes it. */
export async function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  socket.on('error', () => {})
  return socket
}

/** Resolves once a socket is closed, whatever has closed it. */
export const closed = (socket: Socket): Promise<void> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()))

/** Sends bytes as they are and reads one answer; null when the server closes without one. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<RawAnswer | null> {
  const socket = await connectTo(url)
  try {
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return await readAnswer(socket)
  } finally {
    socket.destroy()
  }
}

/** Reads one answer to its end; null when the server closes before there is one. */
export async function readAnswer(socket: Socket): Promise<RawAnswer | null> {
  let received = Buffer.alloc(0)
  return await new Promise((resolve) => {
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk])
      const answer = parsed(received)
      if (answer !== null) finish(answer)
    }
    const gone = (): void => finish(null)
    const finish = (answer: RawAnswer | null): void => {
      socket.off('data', take)
      socket.off('close', gone)
      resolve(answer)
    }
    socket.on('data', take)
    socket.on('close', gone)
    if (socket.destroyed) gone()
  })
}

/** A request's bytes: a start line, `Host`, further header lines, and a body with its length. */
export function requestText(
  startLine: string,
  headerLines: string[] = [],
  body: string | null = null,
): string {
  const length = body === null ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]
  return `${[startLine, 'Host: localhost', ...headerLines, ...length].join('\r\n')}\r\n\r\n${body ?? ''}`
}

function parsed(received: Buffer): RawAnswer | null {
  const text = received.toString('latin1')
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const [startLine = '', ...lines] = text.slice(0, headEnd).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  const rest = received.subarray(headEnd + 4)
  const status = Number(startLine.split(' ')[1])
  if (status === 100) return parsed(rest)
  if (headers['transfer-encoding'] === 'chunked') {
    const body = unchunked(rest)
    return body === null ? null : { status, headers, body }
  }
  const length = Number(headers['content-length'] ?? 0)
  return rest.length < length ? null : { status, headers, body: rest.subarray(0, length).toString('utf8') }
}

/** The body of a chunked answer; null while its last chunk has not come. */
function unchunked(bytes: Buffer): string | null {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const start = lineEnd + 2
    if (bytes.length < start + size + 2) return null
    if (size === 0) return Buffer.concat(parts).toString('utf8')
    parts.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}
