import type { AudioFrame, FinalFrame, WordTimestamp } from '@kugelaudio/contract'
import { call } from '../api/call.ts'
import type { BodyOf } from '../api/routes.ts'

/** The subprotocol of our sockets; what stands beside it is the token, which thus is in no address. */
const SUBPROTOCOL = 'kugelaudio'
/** Longer than anybody listens to one text. */
const SESSION_SECONDS_MAX = 900

/** Why it ended before it was spoken: a code of the failure table, or null where the connection broke off. */
export type SpeechFailure = { code: string | null; message: string; retryAfterS: number | null }

/** What is heard of a text while it is spoken. After `final` or `failed` nothing more. */
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
 * Aborting ends it without a word.
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
  const end = (tell: () => void): void => {
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
    if ('error' in frame) return end(() => hearing.failed(failureOf(frame)))
    if ('audio' in frame) return hearing.audio(frame as AudioFrame)
    if ('word_timestamps' in frame) return hearing.words(frame['word_timestamps'] as WordTimestamp[])
    if ('final' in frame) end(() => hearing.final(frame as FinalFrame))
  })
  socket.addEventListener('close', () =>
    end(() => hearing.failed({ code: null, message: '', retryAfterS: null })),
  )
}

const failureOf = (frame: Record<string, unknown>): SpeechFailure => ({
  code: String(frame['error_code']),
  message: String(frame['error']),
  retryAfterS: typeof frame['retry_after'] === 'number' ? frame['retry_after'] : null,
})
