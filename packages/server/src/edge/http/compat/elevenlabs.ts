import {
  type ElevenLabsModel,
  type ElevenLabsSpeech,
  type ElevenLabsSpeechQuery,
  LANGUAGES,
} from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import type { Catalog } from '../../../speech/catalog.ts'
import { wishesOf } from '../../elevenlabs-wishes.ts'
import type { Call } from '../call.ts'
import { audioReply, jsonReply, type Reply, turnReply, type Wrap } from '../reply.ts'
import { type SpeechParts, speakCall } from '../speak-call.ts'
import { timedLines, timedSpeech } from './timed-speech.ts'

type SpeechCall = Call<ElevenLabsSpeech, ElevenLabsSpeechQuery>

/** `/11labs`: speech and models for ElevenLabs' clients (wire reference, section 4.9). */
export function elevenLabsRoutes(parts: SpeechParts & { catalog: Catalog }) {
  const open = (call: SpeechCall, grant: Grant, wordTimes: boolean) => {
    const { text, ...wished } = call.body
    const voiceId = call.params['voice_id'] ?? ''
    const wishes = wishesOf({ ...wished, voiceId, outputFormat: call.query.output_format, wordTimes })
    return speakCall(parts, call, grant, { text, wishes })
  }
  const speak = async (call: SpeechCall, grant: Grant): Promise<Reply> => {
    const spoken = await open(call, grant, false)
    return await audioReply(spoken, { clock: parts.clock, settle: call.outlive() })
  }
  const speakTimed =
    (wrapping: (text: string) => Wrap, contentType: string) =>
    async (call: SpeechCall, grant: Grant): Promise<Reply> => {
      const { turn } = await open(call, grant, true)
      return await turnReply(turn, wrapping(call.body.text), { 'content-type': contentType }, call.outlive())
    }
  return {
    elevenLabsSpeech: speak,
    elevenLabsStream: speak,
    elevenLabsTimedSpeech: speakTimed(timedSpeech, 'application/json'),
    elevenLabsTimedStream: speakTimed(timedLines, 'application/x-ndjson'),
    elevenLabsModels: (): Reply => jsonReply(JSON.stringify(parts.catalog.models().map(modelOf))),
    elevenLabsHealth: (): Reply => jsonReply('{"status":"healthy"}'),
  }
}

const languageNames = new Intl.DisplayNames('en', { type: 'language' })

const modelOf = ({ id, name, max_input_length }: ReturnType<Catalog['get']>): ElevenLabsModel => ({
  model_id: id,
  name,
  description: name,
  can_be_finetuned: false,
  can_do_text_to_speech: true,
  can_do_voice_conversion: false,
  token_cost_factor: 1,
  maximum_text_length_per_request: max_input_length,
  languages: LANGUAGES.map((language) => ({
    language_id: language,
    name: languageNames.of(language) ?? language,
  })),
})
