import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut, and be gone. */
export async function startWay(url: string) {
  const { port } = new URL(url)
  const sockets = new Set<Socket>()
  const way = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  const listen = (at: number): Promise<void> =>
    new Promise((resolve) => way.listen(at, '127.0.0.1', () => resolve()))
  await listen(0)
  const own = (way.address() as { port: number }).port
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => way.close(resolve))
    cut()
    await closed
  }
  return {
    url: `http://127.0.0.1:${own}`,
    cut,
    close,
    open: () => listen(own),
    [Symbol.asyncDispose]: close,
  }
}
