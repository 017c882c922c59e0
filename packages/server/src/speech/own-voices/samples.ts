import { SAMPLE_TYPE, TEXT_CHARACTERS_MAX, type VoiceWithSample } from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Grant } from '../../auth/grants.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import type { VoiceRow } from '../../store/schema.ts'
import { listReferences } from '../../store/voice-references.ts'
import { updateVoice } from '../../store/voices.ts'
import type { DecideTurn } from '../decide-turn.ts'
import type { Engine } from '../engine.ts'
import type { OpenTurn } from '../turn.ts'
import { againOf, type GetVoice } from './find-own-voice.ts'
import { demandBytes } from './references.ts'
import { sampleUrl, shownVoice } from './shown-voice.ts'
import { pathOf, type VoiceFolder } from './voice-folder.ts'

/** Samples of voices: spoken once, kept, and heard by whoever may have the voice. */
export type VoiceSamples = {
  /**
   * Speaks one, as a turn of the caller's like any other, and keeps it instead of the one before. Throws what turns
   * throw, `VALIDATION_ERROR` for a voice without references, `FORBIDDEN` for a key that may not speak.
   */
  generate(
    grant: Grant,
    actor: Actor,
    voiceId: string,
    asked: { gone: AbortSignal; confirm: () => Promise<void> },
  ): Promise<VoiceWithSample>
  /** Name of the file of a voice's sample. Throws `NOT_FOUND`. */
  get(accountId: string, voiceId: string): Promise<string>
}

type Parts = {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  engine: Engine
  folder: VoiceFolder
  getOwn: GetVoice
  getReadable: GetVoice
  decideTurn: DecideTurn
  openTurn: OpenTurn
  publicUrl: () => string
}

export function createVoiceSamples(parts: Parts): VoiceSamples {
  const { database, clock, folder } = parts
  return {
    async generate(grant, actor, voiceId, { gone, confirm }) {
      const { accountId, scopes } = grant.principal
      if (!scopes.includes('speech:generate')) throw new Failure('FORBIDDEN', undefined, { cause: 'scope' })
      const voice = await parts.getOwn(accountId, voiceId)
      const text = await textOf(database, voice)
      const bytes = await spoken(parts, grant, { voice, text, gone })
      const name = `sample_${randomBase62(20, parts.randomBytes)}.mp3`
      const { row, old } = await folder.keep([{ name, bytes }], async () => {
        await confirm()
        return await database.transaction(async (query) => {
          const before = await againOf(query, voice)
          await demandBytes(query, accountId, Math.max(0, bytes.length - before.sample_bytes))
          const sample = { sample_file: name, sample_bytes: bytes.length }
          const row = (await updateVoice(query, voice.number, sample)) ?? before
          await recordEvent(query, {
            action: 'voice.sample_generated',
            actor,
            atMs: clock.nowMs(),
            accountId,
            target: voice.handle,
            details: { bytes: bytes.length },
          })
          return { row, old: before.sample_file }
        })
      })
      if (old !== null) await folder.remove([old])
      const shown = { accountId, offer: await parts.engine.offer(), publicUrl: parts.publicUrl() }
      return {
        ...shownVoice(row, shown),
        sample_s3_path: pathOf(name),
        sample_url: sampleUrl(row, shown.publicUrl),
      }
    },

    async get(accountId, voiceId) {
      const { sample_file: file } = await parts.getReadable(accountId, voiceId)
      if (file === null) throw new Failure('NOT_FOUND', 'The voice has no sample')
      return file
    },
  }
}

/** What a sample says: the voice's own text, else that of its first recording that has one, else its name. */
async function textOf({ query }: Database, voice: VoiceRow): Promise<string> {
  const references = await listReferences(query, voice.number)
  if (references.length === 0)
    throw new Failure('VALIDATION_ERROR', 'The voice has no references: add one before a sample is generated')
  const texts = [voice.sample_text, ...references.map(({ reference_text: text }) => text), voice.name]
  return texts.find((text) => text.trim() !== '')?.slice(0, TEXT_CHARACTERS_MAX) ?? voice.name
}

async function spoken(
  parts: Parts,
  grant: Grant,
  { voice, text, gone }: { voice: VoiceRow; text: string; gone: AbortSignal },
): Promise<Buffer> {
  const wishes = { voice_id: voice.handle, output_format: 'mp3', wordTimes: false }
  const settings = await parts.decideTurn(wishes, grant.principal)
  if (settings.format.contentType !== SAMPLE_TYPE) throw new TypeError('Samples are MP3')
  if (gone.aborted) throw new Failure('CLIENT_GONE')
  const turn = parts.openTurn(grant, settings)
  const hangUp = (): void => turn.cancel(new Failure('CLIENT_GONE'))
  gone.addEventListener('abort', hangUp, { once: true })
  try {
    turn.push(text)
    turn.end()
    const pieces: Uint8Array[] = []
    for await (const event of turn.events) if (event.type === 'audio') pieces.push(event.bytes)
    return Buffer.concat(pieces)
  } finally {
    gone.removeEventListener('abort', hangUp)
  }
}
