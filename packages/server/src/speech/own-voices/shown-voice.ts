import type { Voice, VoiceReference } from '@kugelaudio/contract'
import type { HostVoice } from '@kugelaudio/engine-host/protocol'
import type { VoiceReferenceRow, VoiceRow } from '../../store/schema.ts'
import { languagesOf, voiceIdOf } from '../../store/voices.ts'
import type { EngineOffer } from '../engine.ts'
import { baseVoiceOf } from './base-voice.ts'
import { pathOf } from './voice-folder.ts'

/** For whom a voice is shown, and where this server is. */
export type Shown = { accountId: string; offer: EngineOffer; publicUrl: string }

/** A voice of one's own as the outside sees it. */
export function shownVoice(row: VoiceRow, { accountId, offer, publicUrl }: Shown): Voice {
  const id = voiceIdOf(row)
  const base = baseVoiceOf(row, offer)
  return {
    id,
    voice_id: id,
    handle: row.handle,
    public_id: row.handle,
    name: row.name,
    description: row.description,
    generative_voice_description: row.generative_voice_description,
    category: row.category,
    sex: row.sex,
    age: row.age,
    quality: row.quality,
    supported_languages: languagesOf(row),
    sample_text: row.sample_text,
    sample_url: row.sample_file === null ? null : sampleUrl(row, publicUrl),
    avatar_url: null,
    is_public: row.published_at !== null,
    verified: row.verified_at !== null,
    pending_verification: row.published_at !== null && row.verified_at === null,
    is_owner: row.account_id === accountId,
    speaks_with: 'base_voice',
    base_voice_id: base.id,
    base_voice: base.handle,
    settings: { speed: row.speed },
    created_at: new Date(row.created_at).toISOString(),
  }
}

/** An engine's voice as the outside sees it. */
export const shownPremade = ({ id, handle, name, description, sex, languages }: HostVoice): Voice => ({
  id,
  voice_id: id,
  handle,
  public_id: handle,
  name,
  description,
  generative_voice_description: '',
  category: 'premade',
  sex,
  age: null,
  quality: 'mid',
  supported_languages: languages,
  sample_text: '',
  sample_url: null,
  avatar_url: null,
  is_public: true,
  verified: true,
  pending_verification: false,
  is_owner: false,
  speaks_with: 'itself',
  base_voice_id: null,
  base_voice: null,
  settings: { speed: 1 },
  created_at: null,
})

/** A recording as the outside sees it. */
export const shownReference = (
  voice: VoiceRow,
  row: VoiceReferenceRow,
  publicUrl: string,
): VoiceReference => ({
  id: row.number,
  voice_id: voiceIdOf(voice),
  name: row.name,
  reference_text: row.reference_text,
  s3_path: pathOf(row.file),
  audio_url: `${publicUrl}/v1/voices/${voiceIdOf(voice)}/references/${row.number}/audio`,
  is_generated: false,
  content_type: row.content_type,
  bytes: row.bytes,
  duration_ms: row.duration_ms,
  created_at: new Date(row.created_at).toISOString(),
})

export const sampleUrl = (row: VoiceRow, publicUrl: string): string =>
  `${publicUrl}/v1/voices/${voiceIdOf(row)}/sample`
