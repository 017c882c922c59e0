import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** One socket of a scripted server. */
export type Peer = {
  /** Which one it is: 0, 1, … */
  number: number
  path: string
  socket: WebSocket
  /** Every message so far. */
  said: Record<string, unknown>[]
  say(frame: unknown): void
  close(code: number, reason?: string): void
  /** Breaks the connection off, without a word. */
  cut(): void
}

/** What a server does instead of its duty. */
export type Script = {
  /** Called with every message. */
  heard?(peer: Peer, message: Record<string, unknown>): void
  /** Called when a socket is open. */
  opened?(peer: Peer): void
  /** A status refuses the handshake; null never answers it. */
  upgrade?(number: number): { status: number; headers?: Record<string, string> } | null | undefined
  request?(request: IncomingMessage, response: ServerResponse, number: number): void
}

/** A server that does what a test tells it. */
export class ScriptedServer implements AsyncDisposable {
  readonly peers: Peer[] = []
  url = ''
  upgrades = 0
  requests = 0
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()

  static async start(script: Script): Promise<ScriptedServer> {
    const scripted = new ScriptedServer()
    await scripted.#listen(script)
    return scripted
  }

  async #listen(script: Script): Promise<void> {
    const accepting = new WebSocketServer({ noServer: true })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('request', (request, response) => {
      if (script.request === undefined) response.writeHead(404).end()
      else script.request(request, response, this.requests)
      this.requests += 1
    })
    this.#server.on('upgrade', (request, socket, head) => {
      const refusal = script.upgrade?.(this.upgrades)
      this.upgrades += 1
      if (refusal === null) return
      if (refusal !== undefined) {
        const headers = Object.entries({ 'content-length': '0', ...refusal.headers })
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        socket.end(`HTTP/1.1 ${refusal.status} No\r\n${lines}\r\n`)
        return
      }
      accepting.handleUpgrade(request, socket, head, (ws) => {
        const peer: Peer = {
          number: this.peers.length,
          path: request.url?.split('?')[0] ?? '',
          socket: ws,
          said: [],
          say: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
          close: (code, reason) => ws.close(code, reason),
          cut: () => socket.destroy(),
        }
        this.peers.push(peer)
        ws.on('error', () => {})
        ws.on('message', (data) => {
          const message = JSON.parse(String(data)) as Record<string, unknown>
          peer.said.push(message)
          script.heard?.(peer, message)
        })
        script.opened?.(peer)
      })
    })
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** An audio frame of so many samples. */
export const audio = (idx: number, more: Record<string, unknown> = {}, samples = 2) => ({
  audio: Buffer.alloc(2 * samples).toString('base64'),
  enc: 'pcm_s16le',
  idx,
  sr: 24_000,
  samples,
  ...more,
})

/** The end of a one-shot turn. */
export const final = (total_samples: number) => ({
  final: true,
  chunks: 1,
  total_samples,
  dur_ms: 1,
  gen_ms: 1,
  rtf: 1,
})

/** A key that opens nothing. */
export const NO_KEY = 'sk_test_0123456789'
