import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A delivery as it came. */
export type Received = { path: string; headers: IncomingHttpHeaders; body: string }

/** Somebody's server for webhooks, on loopback. */
export class Receiver {
  readonly url: string
  readonly received: Received[] = []
  /** How the next deliveries are answered. */
  answer: (response: ServerResponse, delivery: Received) => void = (response) => response.writeHead(204).end()
  readonly #stop: () => void
  #taken = 0
  #wake: () => void = () => {}

  private constructor(port: number, stop: () => void) {
    this.url = `http://127.0.0.1:${port}`
    this.#stop = stop
  }

  /** Listens on a port, or on any. */
  static async start(port = 0): Promise<Receiver> {
    const server = createServer()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const receiver = new Receiver((server.address() as AddressInfo).port, () => {
      server.closeAllConnections()
      server.close()
    })
    server.on('request', async (request, response) => {
      const { url: path = '', headers } = request
      const delivery = { path, headers, body: await text(request) }
      receiver.received.push(delivery)
      receiver.answer(response, delivery)
      receiver.#wake()
    })
    return receiver
  }

  /** The next delivery that nobody has taken. */
  async next(): Promise<Received> {
    for (;;) {
      const next = this.received[this.#taken]
      if (next !== undefined) {
        this.#taken++
        return next
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  stop(): void {
    this.#stop()
  }
}

/** Whether a delivery carries the signature of Standard Webhooks for a secret, by itself written down here again. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = createHmac('sha256', key).update(content).digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`)
}
