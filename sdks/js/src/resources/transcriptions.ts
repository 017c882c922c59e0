import { ValidationError } from '../errors.ts'
import { type CallOptions, requestJson } from '../http.ts'
import { Resource } from './resource.ts'

/** A recording, and what is known of it. */
export type TranscribeOptions = {
  audio: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>
  /** Default `audio.wav`. */
  filename?: string
  language?: string
  /** Default `luchs-1`. */
  model?: string
  boostedPhrases?: readonly string[]
}

/** `client.asr`, for servers that transcribe. */
export class TranscriptionsResource extends Resource {
  /** Answers what the server says, as it says it: `text`, `language`, `duration_s`, … */
  async transcribe(wanted: TranscribeOptions, options: CallOptions = {}): Promise<Record<string, unknown>> {
    const audio = wanted.audio instanceof Blob ? wanted.audio : new Blob([wanted.audio])
    if (audio.size === 0) throw new ValidationError('audio must not be empty')
    const form = new FormData()
    form.append('file', audio, wanted.filename ?? 'audio.wav')
    form.append('model', wanted.model ?? 'luchs-1')
    if (wanted.language !== undefined) form.append('language', wanted.language)
    for (const phrase of wanted.boostedPhrases ?? []) form.append('boosted_phrases', phrase)
    const request = { method: 'POST', path: '/v1/audio/transcriptions', form, ...options } as const
    return (await requestJson(this.connection, request)) as Record<string, unknown>
  }
}
