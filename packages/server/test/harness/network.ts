import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be silent, broken, or gone. */
export class Network implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  #isCut = false
  /** Any, at first. */
  #ownPort = 0
  readonly #server = createServer((near) => {
    const far = connect(this.#port, '127.0.0.1')
    for (const socket of [near, far]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => this.#carry(bytes, far))
    far.on('data', (bytes) => this.#carry(bytes, near))
  })
  readonly #port: number

  private constructor(port: number) {
    this.#port = port
  }

  /** Listens, and carries to a port of this machine. */
  static async to(port: number): Promise<Network> {
    const network = new Network(port)
    await network.open()
    return network
  }

  get port(): number {
    return this.#ownPort
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ownPort}`
  }

  /** From now on nothing comes through in either direction, and nobody is told. */
  cut(): void {
    this.#isCut = true
  }

  /** What was lost meanwhile stays lost: connections of before are of no use any more. */
  mend(): void {
    this.#isCut = false
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Breaks the connections there are, so that both ends notice. New ones are carried. */
  break(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Nobody is there any more. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.break()
    await closed
  }

  /** Somebody is there, at the same port as before. */
  async open(): Promise<void> {
    this.#server.listen(this.#ownPort, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#ownPort = (this.#server.address() as AddressInfo).port
  }

  #carry(bytes: Buffer | string, to: Socket): void {
    if (!this.#isCut) to.write(bytes)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
