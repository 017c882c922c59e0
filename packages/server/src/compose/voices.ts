import { join } from 'node:path'
import type { RandomBytes } from '@kugelaudio/keycore'
import type { Confirm } from '../auth/confirm.ts'
import type { Clock } from '../clock.ts'
import { voiceRoutes } from '../edge/http/routes/voices.ts'
import type { DecideTurn } from '../speech/decide-turn.ts'
import type { Engine } from '../speech/engine.ts'
import { createGetOwnVoice, createGetReadableVoice } from '../speech/own-voices/find-own-voice.ts'
import { createOwnVoices } from '../speech/own-voices/own-voices.ts'
import { createVoiceReferences } from '../speech/own-voices/references.ts'
import { createVoiceSamples } from '../speech/own-voices/samples.ts'
import { sweepVoices } from '../speech/own-voices/sweep.ts'
import { openVoiceFolder } from '../speech/own-voices/voice-folder.ts'
import type { OpenTurn } from '../speech/turn.ts'
import type { Database } from '../store/database.ts'

/** Voices of one's own, with their recordings in the data folder. */
export function composeVoices(parts: {
  database: Database
  engine: Engine
  clock: Clock
  randomBytes: RandomBytes
  dataDir: string
  decideTurn: DecideTurn
  openTurn: OpenTurn
  confirm: Confirm
  report: (error: unknown) => void
  publicUrl: () => string
}) {
  const { database, confirm } = parts
  const folder = openVoiceFolder(join(parts.dataDir, 'voices'), parts.report)
  const getOwn = createGetOwnVoice(parts)
  const common = { ...parts, folder, getOwn, getReadable: createGetReadableVoice(parts) }
  const voices = createOwnVoices(common)
  return {
    voices,
    routes: voiceRoutes({
      voices,
      references: createVoiceReferences(common),
      samples: createVoiceSamples(common),
      folder,
      confirm,
    }),
    chore: sweepVoices({ database, folder }),
  }
}
