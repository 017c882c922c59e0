import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { WebSocket, WebSocketServer } from 'ws'

export type ProxiedAnswer = { status: number; headers: Record<string, string>; body: string }
// biome-ignore lint/suspicious/noExplicitAny: the faults of a test change frames as they please.
export type ProxiedFrame = Record<string, any>

/** One thing that a proxy does to what a server says. */
export type Fault = {
  /** Changes an answer over HTTP. */
  answer?: (path: string, answer: ProxiedAnswer, asked: IncomingMessage) => ProxiedAnswer
  /** What is sent in the place of a frame; `state` lasts as long as its socket. */
  frame?: (frame: ProxiedFrame, state: ProxiedFrame, path: string) => (ProxiedFrame | Buffer)[]
  /** What is passed on in the place of a client's message; an array of frames in `answer` is answered at once. */
  message?: (message: ProxiedFrame, state: ProxiedFrame) => { pass: ProxiedFrame[]; answer?: ProxiedFrame[] }
  /** The code of a close. */
  close?: (code: number) => number
  /** Takes sockets that the server refuses, and closes them with this. */
  closesRefused?: number
  answersNoPing?: true
  /** Closes the first socket with 1012 at its first message, as a server that restarts does; the others are served. */
  restartsFirst?: true
}

/** A server that passes everything on, with one fault. */
export async function startFaultyProxy(upstream: string, fault: Fault) {
  const accepting = new WebSocketServer({ noServer: true, autoPong: fault.answersNoPing !== true })
  const server = createServer((asked, reply) => {
    const { pathname } = new URL(asked.url ?? '/', upstream)
    const passed = request(
      upstream + asked.url,
      { method: asked.method, headers: asked.headers },
      (answer) => {
        void buffer(answer).then((bytes) => {
          const { statusCode: status = 0, headers } = answer
          const isText = String(headers['content-type']).startsWith('application/json')
          const { 'content-length': _, 'transfer-encoding': __, ...kept } = headers as Record<string, string>
          const said = { status, headers: kept, body: isText ? String(bytes) : bytes.toString('latin1') }
          const changed = fault.answer?.(pathname, said, asked) ?? said
          reply.writeHead(changed.status, changed.headers)
          reply.end(Buffer.from(changed.body, isText ? 'utf8' : 'latin1'))
        })
      },
    )
    passed.on('error', () => reply.destroy())
    asked.pipe(passed)
  })
  // Upgraded connections are no affair of the HTTP server's any more.
  const connections = new Set<Socket>()
  let isFirst = true
  server.on('connection', (connection) => connections.add(connection))
  server.on('upgrade', (asked, connection, head) => {
    const { pathname } = new URL(asked.url ?? '/', upstream)
    const { authorization } = asked.headers
    const far = new WebSocket(upstream.replace('http', 'ws') + asked.url, {
      headers: authorization === undefined ? {} : { authorization },
    })
    const early: string[] = []
    far.on('error', () => {})
    far.on('unexpected-response', (_, { statusCode }) => {
      far.terminate()
      const { closesRefused } = fault
      if (closesRefused === undefined)
        connection.end(`HTTP/1.1 ${statusCode} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      else accepting.handleUpgrade(asked, connection, head, (near) => near.close(closesRefused))
    })
    far.on('message', (data) => early.push(String(data)))
    far.on('open', () => {
      far.removeAllListeners('message')
      accepting.handleUpgrade(asked, connection, head, (near) => {
        if (fault.restartsFirst === true && isFirst)
          near.once('message', () => near.close(1012, 'restarting'))
        else join(near, far, early, pathname, fault)
        isFirst = false
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const connection of connections) connection.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function join(near: WebSocket, far: WebSocket, early: string[], path: string, fault: Fault): void {
  const state: ProxiedFrame = {}
  const say = (frame: ProxiedFrame | Buffer): void =>
    near.send(Buffer.isBuffer(frame) ? frame : JSON.stringify(frame))
  const said = (text: string): void => {
    const frame = JSON.parse(text) as ProxiedFrame
    for (const changed of fault.frame?.(frame, state, path) ?? [frame]) say(changed)
  }
  for (const text of early) said(text)
  far.on('message', (data) => said(String(data)))
  far.on('close', (code) => near.close(fault.close?.(code) ?? (code === 1005 || code === 1006 ? 1000 : code)))
  near.on('error', () => {})
  near.on('close', () => far.close())
  near.on('message', (data) => {
    const text = String(data)
    if (fault.message === undefined || !text.endsWith('}')) return far.send(text)
    const { pass, answer = [] } = fault.message(JSON.parse(text), state)
    for (const message of pass) far.send(JSON.stringify(message))
    for (const frame of answer) say(frame)
  })
}
