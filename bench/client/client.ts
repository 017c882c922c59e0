import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Acts, Asked, Told } from './program.ts'

type Order<Act extends keyof Acts> = Parameters<Acts[Act]>[0]
type Answer<Act extends keyof Acts> = Awaited<ReturnType<Acts[Act]>>

/** A process that plays the callers, so that they do not slow down what they measure. */
export type Client = {
  /** One act at a time. */
  ask: <Act extends keyof Acts>(act: Act, order: Order<Act>) => Promise<Answer<Act>>
  close: () => void
}

export function startClient(): Client {
  const child = fork(fileURLToPath(new URL('program.ts', import.meta.url)))
  const ask = async <Act extends keyof Acts>(act: Act, order: Order<Act>): Promise<Answer<Act>> => {
    child.send({ act, order } satisfies Asked)
    const [told] = (await once(child, 'message')) as [Told]
    if ('error' in told) throw new Error(`${act}: ${told.error}`)
    return told.answer as Answer<Act>
  }
  return { ask, close: () => child.disconnect() }
}

/** Runs `work` with a client, and ends it whatever happens. */
export async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = startClient()
  try {
    return await work(client)
  } finally {
    client.close()
  }
}
