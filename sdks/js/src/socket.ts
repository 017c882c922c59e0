import { classifyWsClose, classifyWsHandshakeError } from './classify.ts'
import { type Connection, withoutSecret } from './connection.ts'
import {
  ConnectionError,
  type KugelAudioError,
  ProtocolError,
  TimeoutError,
  ValidationError,
} from './errors.ts'
import { type Frame, parseFrame } from './frames.ts'
import { requestText } from './http.ts'
import { unlessAborted, within } from './pause.ts'
import { isPublic, takesHeaders } from './runtime.ts'
import { tried } from './tries.ts'
import { VERSION } from './version.ts'

type Listener = (event: { data?: unknown; code?: number; reason?: string; message?: string }) => void

/** The parts of a WebSocket that are needed. The runtime's own and that of the package `ws` have them. */
export type WebSocketLike = {
  readonly readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: Listener): void
  removeEventListener(type: 'open' | 'message' | 'close' | 'error', listener: Listener): void
}
/** A class of WebSockets. */
// biome-ignore lint/suspicious/noExplicitAny: the runtimes do not agree on what comes after the address.
export type WebSocketConstructor = new (url: string, ...more: any[]) => any

/** What only the sockets of the package `ws` can do. */
type OfPackage = {
  on?: (event: 'unexpected-response', told: (request: unknown, response: Refusal) => void) => void
  ping?: () => void
  terminate?: () => void
}
type Refusal = {
  statusCode: number
  headers: Record<string, string | undefined>
  destroy(): void
}

/** Where sockets can be opened. */
export type SocketPath = '/ws/tts' | '/ws/tts/stream' | '/ws/tts/multi'

/** Who hears of a socket. `closed` is called once, and after it nothing is. */
export type SocketListener = {
  frame(frame: Frame): void
  closed(error: KugelAudioError): void
}

/** An open socket: messages of JSON go out, frames come in. */
export class FrameSocket {
  readonly #socket: WebSocketLike & OfPackage
  readonly #key: string
  readonly #pinging: ReturnType<typeof setInterval> | undefined
  #listener: SocketListener | null = null
  #ended: KugelAudioError | null = null
  /** What came before anybody listened; null from then on. */
  #early: Frame[] | null = []

  constructor(socket: WebSocketLike & OfPackage, { key, pingMs }: Connection) {
    this.#socket = socket
    this.#key = key
    socket.addEventListener('message', this.#message)
    socket.addEventListener('close', this.#close)
    if (pingMs > 0 && socket.ping !== undefined) this.#pinging = setInterval(() => socket.ping?.(), pingMs)
    ;(this.#pinging as { unref?: () => void } | undefined)?.unref?.()
  }

  get isOpen(): boolean {
    return this.#ended === null && this.#socket.readyState === OPEN
  }

  /** From now on another hears of it: first what came before anybody did. Between listeners nothing is expected. */
  listen(listener: SocketListener | null): void {
    this.#listener = listener
    if (listener === null) return
    const early = this.#early ?? []
    this.#early = null
    for (const frame of early) this.#listener?.frame(frame)
    if (this.#ended !== null) this.#tellEnd(this.#ended)
  }

  /** Sends a message; on a socket that has closed it is lost, and `closed` says so. */
  send(message: object): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message))
  }

  /** Ends it from this side; its listener hears of nothing any more. */
  close(): void {
    this.#listener = null
    this.#end(new ConnectionError('The connection was closed by this side', { statusCode: 503 }))
  }

  /** Ends it with an error that its listener hears. */
  fail(error: KugelAudioError): void {
    this.#end(error)
  }

  readonly #message: Listener = ({ data }) => {
    try {
      // Only audio is long, and audio holds no key.
      const isAudio = typeof data === 'string' && data.startsWith('{"audio"')
      const frame = parseFrame(typeof data === 'string' && !isAudio ? withoutSecret(data, this.#key) : data)
      if (this.#listener === null) this.#early?.push(frame)
      else this.#listener.frame(frame)
    } catch (thrown) {
      if (!(thrown instanceof ProtocolError)) throw thrown
      this.#end(thrown)
    }
  }

  readonly #close: Listener = ({ code = 1006, reason = '' }) => {
    this.#end(classifyWsClose(code, withoutSecret(reason, this.#key)))
  }

  #end(error: KugelAudioError): void {
    if (this.#ended !== null) return
    this.#ended = error
    clearInterval(this.#pinging)
    this.#socket.removeEventListener('message', this.#message)
    this.#socket.removeEventListener('close', this.#close)
    discard(this.#socket)
    this.#tellEnd(error)
  }

  #tellEnd(error: KugelAudioError): void {
    const listener = this.#listener
    this.#listener = null
    listener?.closed(error)
  }
}

const OPEN = 1
/** A peer that does not answer a close is left. */
const CLOSE_MS_MAX = 2_000

/** Opens a socket, and tries again where that is safe. Throws what the last try came to. */
export const openSocket = (
  connection: Connection,
  path: SocketPath,
  signal?: AbortSignal,
): Promise<FrameSocket> =>
  tried(connection, { surface: 'open', signal }, () => openOnce(connection, path, signal))

async function openOnce(
  connection: Connection,
  path: SocketPath,
  signal?: AbortSignal,
): Promise<FrameSocket> {
  const socket = await create(connection, path)
  let refusal: Refusal | null = null
  const opened = new Promise<void>((resolve, reject) => {
    const refused = (): void => reject(new Error('refused'))
    socket.on?.('unexpected-response', (_, response) => {
      refusal = response
      response.destroy()
      refused()
    })
    socket.addEventListener('open', () => resolve())
    for (const end of ['error', 'close'] as const) socket.addEventListener(end, refused)
  })
  // Listens from the beginning: an answer may come together with the handshake.
  const frames = new FrameSocket(socket, connection)
  try {
    const what = `${path} did not open`
    await unlessAborted(within(connection.timeoutMs, what, opened), signal)
    return frames
  } catch (thrown) {
    frames.close()
    signal?.throwIfAborted()
    if (thrown instanceof TimeoutError) throw thrown
    throw refusal === null ? await whyRefused(connection, path) : ofRefusal(refusal)
  }
}

const ofRefusal = ({ statusCode, headers }: Refusal): KugelAudioError =>
  classifyWsHandshakeError(statusCode, { get: (name) => headers[name] ?? null })

async function create(connection: Connection, path: SocketPath): Promise<WebSocketLike & OfPackage> {
  const { webSocket, key, kind } = connection
  const url = new URL(connection.ttsUrl + path)
  url.searchParams.set('sdk', 'js')
  url.searchParams.set('sdk_version', VERSION)
  const own = webSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket
  const make = own ?? (await packageWs())
  const headers = { authorization: `Bearer ${key}` }
  if (kind === 'userToken' || kind === 'masterKey') {
    url.searchParams.set(kind === 'userToken' ? 'token' : 'master_key', key)
    if (connection.orgId !== undefined && path === '/ws/tts')
      url.searchParams.set('org_id', String(connection.orgId))
    return new make(url.href)
  }
  // The runtime's own takes headers as second argument, that of the package as third; both leave the other alone.
  if (takesHeaders())
    return webSocket === undefined && own !== undefined
      ? new make(url.href, { headers })
      : new make(url.href, [], { headers })
  if (kind === 'token') return new make(url.href, ['kugelaudio', `kugelaudio-token.${key}`])
  url.searchParams.set('api_key', key)
  return new make(url.href)
}

/** Node 20 has no WebSocket of its own. */
async function packageWs(): Promise<WebSocketConstructor> {
  const name = 'ws'
  try {
    return (
      (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { default: WebSocketConstructor }
    ).default
  } catch {
    throw new ValidationError('This runtime has no WebSocket: npm install ws, or use Node.js 22 or newer', {
      statusCode: 400,
    })
  }
}

/** The runtime's own WebSocket does not say why it was refused; a request with the same key does. */
async function whyRefused(connection: Connection, path: SocketPath): Promise<KugelAudioError> {
  const unknown = new ConnectionError(`Could not open ${connection.ttsUrl}${path}`, { statusCode: 503 })
  // Asking might spend a token, and a page may not read the answer.
  if (isPublic() || connection.kind === 'token') return unknown
  try {
    await requestText({ ...connection, retriesMax: 0 }, { method: 'GET', path: '/v1/models' })
    return unknown
  } catch (thrown) {
    return thrown as KugelAudioError
  }
}

/** Closes a socket, and leaves it when its peer does not answer. */
function discard(socket: WebSocketLike & OfPackage): void {
  socket.addEventListener('error', () => {})
  try {
    socket.close(1000)
  } catch {}
  if (socket.terminate === undefined) return
  const timer = setTimeout(() => socket.terminate?.(), CLOSE_MS_MAX)
  ;(timer as { unref?: () => void }).unref?.()
  socket.addEventListener('close', () => clearTimeout(timer))
}
