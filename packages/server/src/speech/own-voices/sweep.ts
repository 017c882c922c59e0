import type { Chore } from '../../background.ts'
import type { Database } from '../../store/database.ts'
import { ownedFiles } from '../../store/voice-references.ts'
import type { VoiceFolder } from './voice-folder.ts'

/** Only a process that dies in the middle leaves files behind. Many times what keeping one can take. */
export const SWEEP_EVERY_MS = 600_000

/** Removes recordings that belong to no voice. */
export const sweepVoices = (parts: { database: Database; folder: VoiceFolder }): Chore => ({
  name: 'sweep voices',
  everyMs: SWEEP_EVERY_MS,
  async round() {
    await parts.folder.sweep((names) => ownedFiles(parts.database.query, names))
    return false
  },
})
