import { connect, createServer, type Socket } from 'node:net'

/** What stands before several nodes: connections go to them in turn, and past those that take none. */
export class Balancer implements AsyncDisposable {
  readonly #server = createServer((client) => this.#pass(client))
  readonly #open = new Set<Socket>()
  #ports: number[] = []
  #turn = 0
  /** Connections that it has passed on. */
  passed = 0

  static async open(): Promise<Balancer> {
    const balancer = new Balancer()
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve))
    return balancer
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new TypeError('It listens')
    return `http://127.0.0.1:${address.port}`
  }

  add({ url }: { url: string }): void {
    this.#ports.push(Number(new URL(url).port))
  }

  remove({ url }: { url: string }): void {
    this.#ports = this.#ports.filter((port) => port !== Number(new URL(url).port))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(client: Socket, tried = 0): void {
    if (tried >= this.#ports.length) return void client.destroy()
    const port = this.#ports[this.#turn++ % this.#ports.length] ?? 0
    const node = connect(port, '127.0.0.1')
    for (const socket of [client, node]) this.#open.add(socket)
    node.once('error', () => this.#pass(client, tried + 1))
    node.once('connect', () => {
      this.passed++
      node.removeAllListeners('error')
      for (const [one, other] of [
        [client, node],
        [node, client],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.end())
        one.pipe(other)
      }
    })
    node.on('close', () => this.#open.delete(node))
    client.on('close', () => this.#open.delete(client))
  }
}
