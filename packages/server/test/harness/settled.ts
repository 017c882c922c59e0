import { once } from 'node:events'
import { connectTo } from './raw-http.ts'

/** Waits until a number no longer changes, however often the server is asked something else meanwhile. */
export async function settled(url: string, read: () => number): Promise<number> {
  let last = Number.NaN
  for (let unchanged = 0; unchanged < 50; unchanged++) {
    const probe = await connectTo(url)
    probe.end('GET /nothing HTTP/1.1\r\n\r\n')
    await once(probe.resume(), 'close')
    if (read() !== last) unchanged = 0
    last = read()
  }
  return last
}
