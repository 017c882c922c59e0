import { lookup as systemLookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { type AllowAddress, literalAddress } from '../keys/webhooks/addresses.ts'
import type { OutgoingMessage, Post, PostOutcome } from '../keys/webhooks/post.ts'

/** Finds every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

export const systemResolve: Resolve = async (hostname) =>
  (await systemLookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address)

/** What is kept of an answer. */
const RESPONSE_BYTES_MAX = 1024

/**
 * Posts to where a URL leads, but only where that is allowed. A name is resolved once, each of its addresses is checked,
 * and the connection is made to what was checked: what the name leads to a moment later does not count.
 */
export const createWebhookPost =
  ({ allowAddress, resolve }: { allowAddress: AllowAddress; resolve: Resolve }): Post =>
  async (message, signal) => {
    const url = new URL(message.url)
    try {
      const literal = literalAddress(url.hostname)
      const addresses = literal === null ? await aborted(resolve(url.hostname), signal) : [literal]
      if (addresses.length === 0 || !addresses.every((address) => allowAddress(address, url.protocol)))
        return { kind: 'failed', reason: 'the address is not one that webhooks may be sent to' }
      return await exchange(url, addresses, message, signal)
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) }
    }
  }

function exchange(
  url: URL,
  addresses: readonly string[],
  { headers, body }: OutgoingMessage,
  signal: AbortSignal,
): Promise<PostOutcome> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
        // A connection of its own: none that another name has opened.
        agent: false,
        lookup: checkedLookup(addresses),
        signal,
      },
      (incoming) => {
        firstBytes(incoming).then((response) => {
          outgoing.destroy()
          resolve({ kind: 'answered', status: incoming.statusCode ?? 0, response })
        }, reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Answers with what has been checked, whatever is asked. */
const checkedLookup =
  (addresses: readonly string[]): LookupFunction =>
  (_, { all }, answer) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = found
    if (all) answer(null, found)
    else if (first !== undefined) answer(null, first.address, first.family)
  }

async function firstBytes(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= RESPONSE_BYTES_MAX) break
  }
  return Buffer.concat(chunks).subarray(0, RESPONSE_BYTES_MAX).toString('utf8').replaceAll('\0', '')
}

function aborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** A name for what went wrong that its owner can look up; never where something of ours is. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? `could not be reached: ${code}` : 'could not be reached'
}
