import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Authenticate } from '../../src/auth/authenticate.ts'
import { OpenGrants } from '../../src/auth/grants.ts'
import { createSpeakSession } from '../../src/edge/ws/speak.ts'
import { acceptUpgrades } from '../../src/edge/ws/upgrade.ts'
import { createLog } from '../../src/log.ts'
import type { DecideTurn } from '../../src/speech/decide-turn.ts'
import type { OpenTurn, TurnEvent, TurnSettings } from '../../src/speech/turn.ts'
import { TestClock } from './test-clock.ts'

/** Real sockets on the real upgrade and session; when a key is found and what a turn says is the test's. */
export async function openStage(acts: {
  authenticate?: (grants: OpenGrants) => Authenticate
  decideTurn?: DecideTurn
  /** What a turn says. `signal` aborts when it is cancelled. */
  say?: (text: string, signal: AbortSignal) => AsyncIterable<TurnEvent>
}) {
  const grants = new OpenGrants()
  const clock = new TestClock()
  const logged: string[] = []
  const log = createLog('debug', { write: (line: string) => void logged.push(line) })
  const server = createServer()
  const say = acts.say ?? (() => sayNothing())
  const openTurn: OpenTurn = () => {
    const ending = new AbortController()
    let text = ''
    return {
      push: (more) => {
        text += more
      },
      flush: () => 0,
      end: () => 0,
      cancel: (reason) => ending.abort(reason),
      get events() {
        return say(text, ending.signal)
      },
    }
  }
  const sockets = acceptUpgrades(server, {
    authenticate: acts.authenticate?.(grants) ?? (() => grants.open(OPENED)),
    addressOf: () => null,
    sessions: new Map([
      [
        '/ws/tts',
        {
          access: 'speech:stream',
          open: createSpeakSession({
            countRequest: () => ({ rates: [], refusal: null }),
            decideTurn: acts.decideTurn ?? (async () => SETTINGS),
            openTurn,
            log,
          }),
        },
      ],
    ]),
    clock,
    log,
    refusals: { note: () => {} },
    newRequestId: () => `req_${randomUUID()}`,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    grants,
    clock,
    logged,
    sockets,
    async stop() {
      sockets.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A stage that looks keys up until it is told that they are `found`; `looking` resolves when it has begun. */
export async function openLookingStage() {
  const gate = Promise.withResolvers<void>()
  const looking = Promise.withResolvers<void>()
  const stage = await openStage({
    authenticate: (grants) => async () => {
      looking.resolve()
      await gate.promise
      return grants.open(OPENED)
    },
  })
  return { ...stage, looking: looking.promise, found: gate.resolve }
}

/** Whoever opens a socket on the stage. */
export const OPENED: Parameters<OpenGrants['open']>[0] = {
  principal: {
    kind: 'key',
    accountId: 'acc_1',
    keyId: 'key_1',
    bySecret: 'current',
    plan: 'free',
    scopes: [],
    limits: {},
    expiresAtMs: null,
    token: null,
  },
  digest: '',
  openedAtMs: 0,
  demand: { scope: null, address: null },
}

export const SETTINGS: TurnSettings = {
  voice: { id: 1, handle: 'a', engineVoice: 'a', speed: 1, languages: ['en'] },
  language: 'en',
  modelId: 'kugel-3',
  format: {
    codec: 'pcm_s16le',
    sampleRate: 24_000,
    bitrateKbps: null,
    contentType: 'audio/pcm',
    bytesPerSample: 2,
  },
  speed: 1,
  normalize: true,
  wordTimes: false,
  dictionary: null,
}

/** A piece of silence. */
export const pieceOf = (samples: number): TurnEvent => ({
  type: 'audio',
  bytes: new Uint8Array(2 * samples),
  samples,
  passage: 0,
})

/** The end of a turn. */
export const DONE: TurnEvent = {
  type: 'done',
  totals: { chunks: 1, samples: 1, audioMs: 1, genMs: 1, firstAudioMs: 1, characters: 1 },
}

async function* sayNothing(): AsyncGenerator<TurnEvent, void, undefined> {
  yield pieceOf(1)
  yield DONE
}
