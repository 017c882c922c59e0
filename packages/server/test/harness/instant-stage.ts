import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { unmetered } from '../../src/accounts/meter.ts'
import { OpenGrants } from '../../src/auth/grants.ts'
import { socketRoutes } from '../../src/edge/ws/routes.ts'
import { acceptUpgrades } from '../../src/edge/ws/upgrade.ts'
import { Failure } from '../../src/failure.ts'
import { createLog } from '../../src/log.ts'
import type { Engine } from '../../src/speech/engine.ts'
import { createOpenStreamedTurn } from '../../src/speech/streamed-turn.ts'
import { createOpenTurn } from '../../src/speech/turn.ts'
import { OPENED, SETTINGS } from './socket-stage.ts'
import { TestClock } from './test-clock.ts'

/** Every path of sockets, with an engine in this process that needs no time: for many frames in few seconds. */
export async function openInstantStage() {
  const grants = new OpenGrants()
  const clock = new TestClock()
  const log = createLog('error', { write: () => {} })
  const server = createServer()
  const openTurn = createOpenTurn({
    engine: { speak, admit: () => {} } as unknown as Engine,
    confirm: async (grant) => grant.signal.throwIfAborted(),
    stillPermits: () => true,
    openMeter: unmetered,
    spendCharacters: async () => {},
    clock,
  })
  const sockets = acceptUpgrades(server, {
    authenticate: async () => grants.open(OPENED),
    addressOf: () => null,
    sessions: socketRoutes({
      countRequest: () => ({ rates: [], refusal: null }),
      decideTurn: async ({ sample_rate, wordTimes }) => ({
        ...SETTINGS,
        format: { ...SETTINGS.format, sampleRate: sample_rate ?? 24_000 },
        wordTimes,
      }),
      openTurn,
      openStreamedTurn: createOpenStreamedTurn({ openTurn, clock }),
      clock,
      log,
    }),
    clock,
    log,
    refusals: { note: () => {} },
    newRequestId: () => `req_${randomUUID()}`,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    grants,
    clock,
    sockets,
    async stop() {
      sockets.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Says each passage in two pieces; a `#fail` in it fails. */
const speak: Engine['speak'] = async function* (passages, { wordTimes }, signal) {
  const source = passages[Symbol.asyncIterator]()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => {})
  let samples = 0
  for (let passage = 0; ; passage++) {
    const next = await Promise.race([source.next(), aborted])
    if (next.done) break
    if (next.value.text.includes('#fail')) throw new Failure('MODEL_UNAVAILABLE')
    for (let piece = 0; piece < 2; piece++) {
      await Promise.race([new Promise((resolve) => setImmediate(resolve)), aborted])
      samples += 4
      yield { type: 'audio', passage, samples: 4, bytes: new Uint8Array(8) }
    }
    if (wordTimes) yield { type: 'words', passage, words: [{ start: 0, end: 1, startMs: 0, endMs: 1 }] }
    yield { type: 'passage', passage, startMs: 0, audioMs: 1, genMs: 1 }
  }
  yield { type: 'done', samples, audioMs: samples / 24 }
}
