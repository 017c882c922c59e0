import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What lies between an endpoint and a region: it can be cut, go silent, and come back. */
export class Wire implements AsyncDisposable {
  /** Where the region is reached by it. */
  url = ''
  readonly #target: { host: string; port: number }
  readonly #sockets = new Set<Socket>()
  #server = createServer()
  #port = 0
  #isSilent = false

  private constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#target = { host: hostname, port: Number(port) }
  }

  static async open({ url }: { url: string }): Promise<Wire> {
    const wire = new Wire(url)
    await wire.mend()
    wire.url = `http://127.0.0.1:${wire.#port}`
    return wire
  }

  /** Connections that are open. */
  get size(): number {
    return this.#sockets.size / 2
  }

  /** As a region that has died: every connection breaks, and none can be made. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.resetAndDestroy()
    await closed
  }

  /** As a region that stands still: connections are taken, and nothing comes back. */
  goSilent(): void {
    this.#isSilent = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** All is well again. */
  async mend(): Promise<void> {
    this.#isSilent = false
    for (const socket of this.#sockets) socket.resume()
    if (this.#server.listening) return
    this.#server = createServer((near) => this.#join(near))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.cut()
  }

  #join(near: Socket): void {
    const far = connect(this.#target)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => from.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
      if (this.#isSilent) from.pause()
    }
  }
}
