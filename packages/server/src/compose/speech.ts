import type { OpenMeter } from '../accounts/meter.ts'
import type { Plans } from '../accounts/plans.ts'
import { createConfirm } from '../auth/confirm.ts'
import type { Clock } from '../clock.ts'
import type { Cluster } from '../keys/cluster.ts'
import type { Tokens } from '../keys/tokens.ts'
import type { Observe } from '../observe.ts'
import { createCatalog } from '../speech/catalog.ts'
import { createDecideTurn, createStillPermits } from '../speech/decide-turn.ts'
import type { DictionaryInEffect } from '../speech/dictionaries/in-effect.ts'
import type { Engine } from '../speech/engine.ts'
import { createOpenStreamedTurn } from '../speech/streamed-turn.ts'
import { createOpenTurn } from '../speech/turn.ts'
import { createVoices, type FindOwnVoice, noOwnVoices } from '../speech/voices.ts'

/** Everything about speech, on an engine. */
export function composeSpeech(
  engine: Engine,
  cluster: Cluster,
  clock: Clock,
  costs: {
    spendCharacters: Tokens['spendCharacters']
    openMeter: OpenMeter
    firstAudio?: Observe['firstAudio']
    beginSpan?: Observe['beginSpan']
  },
  words: { plans: Plans; dictionaryInEffect: DictionaryInEffect },
  findOwn: FindOwnVoice = noOwnVoices,
) {
  const catalog = createCatalog()
  const decideTurn = createDecideTurn({ catalog, voices: createVoices({ engine, findOwn }), ...words })
  const confirm = createConfirm({ cluster, clock })
  const openTurn = createOpenTurn({
    engine,
    confirm,
    stillPermits: createStillPermits(catalog),
    ...costs,
    clock,
  })
  return {
    catalog,
    confirm,
    decideTurn,
    openTurn,
    openStreamedTurn: createOpenStreamedTurn({ openTurn, clock }),
  }
}
