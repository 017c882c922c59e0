import type { AudioFormat } from '@kugelaudio/contract'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Turn, TurnEvent } from '../../speech/turn.ts'
import { withLengthIfSoon } from './wav-length.ts'

/** An answer over HTTP, before it is bytes. */
export type Reply = {
  status: number
  headers: Record<string, string>
  /** Null: none at all. */
  body: string | ReadableStream<Uint8Array> | null
  /** Values of `Set-Cookie`. */
  cookies?: readonly string[]
}

export const jsonReply = (body: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
})

/** What was asked for is done, and there is nothing to say (204). */
export const emptyReply = (): Reply => ({ status: 204, headers: {}, body: null })

/** Sends a browser on, with cookies. */
export const redirectReply = ({
  location,
  cookies,
}: {
  location: string
  cookies: readonly string[]
}): Reply => ({
  status: 302,
  headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  body: null,
  cookies,
})

/** An answer that holds what must not be kept by anyone on its way. */
export const privateReply = (value: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
})

/** The bytes of an answer, as they are made of what a turn says. */
export type Wrap = (events: AsyncIterable<TurnEvent>) => AsyncGenerator<Uint8Array, void, undefined>

/** A turn as a streamed answer of nothing but its audio. */
export function audioReply(
  { turn, settings: { format } }: { turn: Turn; settings: { format: AudioFormat } },
  { clock, settle }: { clock: Clock; settle: (broke: unknown) => void },
): Promise<Reply> {
  const wrap: Wrap =
    format.codec === 'wav'
      ? (events) => withLengthIfSoon(audioOf(events), clock)
      : (events) => audioOf(events)
  return turnReply(turn, wrap, audioHeaders(format), settle)
}

/**
 * A turn as a streamed answer. The status line leaves after the first audio exists, so an engine that fails before is an
 * ordinary error. `settle` is called once it has ended: with null, or with what broke it, and then has to break the
 * connection, so that nobody mistakes half a sentence for a whole one.
 */
export async function turnReply(
  turn: Turn,
  wrap: Wrap,
  headers: Record<string, string>,
  settle: (broke: unknown) => void,
): Promise<Reply> {
  const pieces = wrap(turn.events)
  const first = await pieces.next()
  if (first.done) throw new Failure('EMPTY_AUDIO')
  let held: Uint8Array | null = first.value
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = held ?? (await nextOf(pieces))
          held = null
          if (bytes !== null) return controller.enqueue(bytes)
          controller.close()
          settle(null)
        } catch (error) {
          settle(error)
        }
      },
      cancel(reason) {
        turn.cancel(reason)
        settle(null)
      },
    },
    { highWaterMark: 0 },
  )
  return { status: 200, headers: { ...headers, ...MADE_BY_A_MACHINE }, body }
}

const MADE_BY_A_MACHINE = { 'x-kugelaudio-ai-generated': 'true', 'cache-control': 'no-store' }

const audioHeaders = ({ contentType, sampleRate, codec }: AudioFormat): Record<string, string> => ({
  'content-type': contentType,
  'x-sample-rate': String(sampleRate),
  'x-audio-format': codec,
})

async function* audioOf(events: AsyncIterable<TurnEvent>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const event of events) if (event.type === 'audio') yield event.bytes
}

async function nextOf(pieces: AsyncIterator<Uint8Array, void, undefined>): Promise<Uint8Array | null> {
  const next = await pieces.next()
  return next.done ? null : next.value
}
