import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut: then nothing comes through in either direction, and nobody is told. */
export class Network implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  #isCut = false
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
    network.#server.listen(0, '127.0.0.1')
    await once(network.#server, 'listening')
    return network
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    this.#isCut = true
  }

  /** What was lost meanwhile stays lost: connections of before are of no use any more. */
  mend(): void {
    this.#isCut = false
    for (const socket of this.#sockets) socket.destroy()
  }

  #carry(bytes: Buffer | string, to: Socket): void {
    if (!this.#isCut) to.write(bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
