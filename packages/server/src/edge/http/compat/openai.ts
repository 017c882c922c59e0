import { DEFAULT_LANGUAGE, OPENAI_FORMATS, type OpenAiSpeech } from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import type { EngineOffer } from '../../../speech/engine.ts'
import type { TurnEvent } from '../../../speech/turn.ts'
import type { Call } from '../call.ts'
import { audioReply, type Reply, turnReply } from '../reply.ts'
import { type SpeechParts, speakCall } from '../speak-call.ts'
import { openAiVoice } from './openai-voices.ts'

/** Names of OpenAI's own models. They are the default model, whichever that is. */
const THEIR_MODEL = /^(?:tts-1|gpt-)/

type Parts = SpeechParts & { offer: () => Promise<EngineOffer> }

/** `POST /v1/audio/speech`, as OpenAI's clients ask for it. */
export const openAiRoutes = (parts: Parts) => ({
  openAiSpeech: async (call: Call<OpenAiSpeech>, grant: Grant): Promise<Reply> => {
    const { input, model, voice, response_format, speed, stream_format, language } = call.body
    const name = typeof voice === 'string' ? voice : voice.id
    const wishes = {
      model_id: THEIR_MODEL.test(model) ? null : model,
      voice_id: openAiVoice(name, await parts.offer(), language ?? DEFAULT_LANGUAGE),
      output_format: OPENAI_FORMATS[response_format ?? 'mp3'],
      speed,
      language,
      wordTimes: false,
    }
    const spoken = await speakCall(parts, call, grant, { text: input, wishes })
    return stream_format === 'sse'
      ? await turnReply(spoken.turn, speechEvents, EVENT_STREAM, call.outlive())
      : await audioReply(spoken, { clock: parts.clock, settle: call.outlive() })
  },
})

const EVENT_STREAM = { 'content-type': 'text/event-stream' }

/** Audio as server-sent events: `speech.audio.delta`, and at the end `speech.audio.done`. */
async function* speechEvents(events: AsyncIterable<TurnEvent>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const event of events) {
    if (event.type === 'audio') {
      const audio = Buffer.from(event.bytes.buffer, event.bytes.byteOffset, event.bytes.byteLength)
      yield serverSentEvent({ type: 'speech.audio.delta', audio: audio.toString('base64') })
    }
    if (event.type === 'done') {
      // Tokens are not counted here; characters are what is.
      const { characters } = event.totals
      const usage = { input_tokens: characters, output_tokens: 0, total_tokens: characters }
      yield serverSentEvent({ type: 'speech.audio.done', usage })
    }
  }
}

const serverSentEvent = (event: object): Uint8Array => Buffer.from(`data: ${JSON.stringify(event)}\n\n`)
