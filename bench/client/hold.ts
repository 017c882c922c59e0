import { FrameSocket } from './frame-socket.ts'

/** Opens sockets and keeps them until the client is closed; they say nothing. */
export type HoldOrder = { port: number; keys: string[]; sockets: number }

const held: FrameSocket[] = []
/** Opened at a time. */
const AT_ONCE = 50

/** Answers how many are open. */
export async function hold({ port, keys, sockets }: HoldOrder): Promise<number> {
  for (let opened = 0; opened < sockets; opened += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, sockets - opened) }, (_, index) =>
      FrameSocket.open(port, keys[(opened + index) % keys.length] ?? '', () => {}),
    )
    held.push(...(await Promise.all(batch)))
  }
  return held.length
}
