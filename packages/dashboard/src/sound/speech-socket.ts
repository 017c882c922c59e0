import type { AudioFrame, FinalFrame, WordTimestamp } from '@kugelaudio/contract'
import { call } from '../api/call.ts'
import type { BodyOf } from '../api/routes.ts'

/** The subprotocol of our sockets; what stands beside it is the token, which thus is in no address. */
const SUBPROTOCOL = 'kugelaudio'
/** Longer than anybody listens to one text. */
const SESSION_SECONDS_MAX = 1_800
/** Whoever speaks may not any more. */
const WITHDRAWN: readonly (string | null)[] = ['UNAUTHORIZED', 'FORBIDDEN']

/** Why it ended before it was spoken: a code of the failure table, or null where the connection broke off. */
export type SpeechFailure = { code: string | null; message: string; retryAfterS: number | null }

/** What is heard of a text while it is spoken. After `failed` nothing more; after `final` at most that. */
export type Hearing = {
  audio(frame: AudioFrame): void
  words(words: WordTimestamp[]): void
  final(frame: FinalFrame): void
  failed(failure: SpeechFailure): void
}

/** A request on `/ws/tts`. */
export type SpeechRequest = { text: string } & Record<string, unknown>

/**
 * Speaks a text over the socket that programs use, with a token of the session or of a key that is good for this once.
 * Aborting ends it without a word. The socket stays open until then, also when all of it was spoken: sound comes far sooner
 * than it is heard, and with a key that is revoked meanwhile nothing may sound on.
 */
export async function speakOverSocket(
  request: SpeechRequest,
  { keyId, hearing, signal }: { keyId: string | null; hearing: Hearing; signal: AbortSignal },
): Promise<void> {
  const wish: BodyOf<'createToken'> = {
    scopes: ['speech:stream'],
    max_session_seconds: SESSION_SECONDS_MAX,
    ...(keyId === null ? {} : { key_id: keyId }),
  }
  const { token } = await call('createToken', { body: wish, signal })
  if (signal.aborted) return
  const address = new URL('/ws/tts', location.href.replace(/^http/, 'ws'))
  const socket = new WebSocket(address, [SUBPROTOCOL, `${SUBPROTOCOL}-token.${token}`])
  let isOver = false
  let isSpoken = false
  const end = (tell: () => unknown): void => {
    if (isOver) return
    isOver = true
    socket.close()
    tell()
  }
  signal.addEventListener('abort', () => end(() => {}), { once: true })
  socket.addEventListener('open', () => socket.send(JSON.stringify({ ...request, word_timestamps: true })))
  socket.addEventListener('message', ({ data }) => {
    if (isOver || typeof data !== 'string') return
    const frame = JSON.parse(data) as Record<string, unknown>
    if ('error' in frame) {
      const failure = failureOf(frame)
      return end(() => (!isSpoken || isWithdrawn(failure)) && hearing.failed(failure))
    }
    if ('audio' in frame) return hearing.audio(frame as AudioFrame)
    if ('word_timestamps' in frame) return hearing.words(frame['word_timestamps'] as WordTimestamp[])
    if (!('final' in frame)) return
    isSpoken = true
    hearing.final(frame as FinalFrame)
  })
  socket.addEventListener('close', () =>
    end(() => isSpoken || hearing.failed({ code: null, message: '', retryAfterS: null })),
  )
}

/** Whether it ended because whoever speaks may not any more: then nothing of it is heard on. */
export const isWithdrawn = ({ code }: SpeechFailure): boolean => WITHDRAWN.includes(code)

const failureOf = (frame: Record<string, unknown>): SpeechFailure => ({
  code: String(frame['error_code']),
  message: String(frame['error']),
  retryAfterS: typeof frame['retry_after'] === 'number' ? frame['retry_after'] : null,
})
