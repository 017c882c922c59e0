import { SOCKETS } from '@kugelaudio/contract'
import type { CountRequest } from '../../accounts/request-rate.ts'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { DecideTurn } from '../../speech/decide-turn.ts'
import type { OpenStreamedTurn } from '../../speech/streamed-turn.ts'
import type { OpenTurn } from '../../speech/turn.ts'
import { createElevenLabsSession } from './elevenlabs-input.ts'
import { createContextsSession } from './multi-context.ts'
import type { OpenSession, SocketRoutes } from './session.ts'
import { createSpeakSession } from './speak.ts'
import { createStreamSession } from './stream-input.ts'

type Parts = {
  countRequest: CountRequest
  decideTurn: DecideTurn
  openTurn: OpenTurn
  openStreamedTurn: OpenStreamedTurn
  clock: Clock
  log: Log
}

/** Every path that takes sockets. */
export function socketRoutes(parts: Parts): SocketRoutes {
  const sessions: [keyof typeof SOCKETS, OpenSession][] = [
    ['/ws/tts', createSpeakSession(parts)],
    ['/ws/tts/stream', createStreamSession(parts)],
    ['/ws/tts/multi', createContextsSession(parts)],
    ['/11labs/v1/text-to-speech/{voice_id}/stream-input', createElevenLabsSession(parts)],
  ]
  return new Map(sessions.map(([path, open]) => [path, { ...SOCKETS[path], open }]))
}
