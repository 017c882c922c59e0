import { z } from 'zod'
import {
  ElevenLabsModel,
  ElevenLabsSpeech,
  ElevenLabsSpeechQuery,
  ElevenLabsTimedSpeech,
  ElevenLabsVoice,
  ElevenLabsVoicePage,
  ElevenLabsVoiceQuery,
  ElevenLabsVoices,
} from './elevenlabs.ts'
import { OpenAiSpeech } from './openai.ts'
import type { Route } from './routes.ts'
import { VapiVoiceQuery, VapiVoiceRequest } from './vapi.ts'

const elevenLabs = { dialect: 'elevenlabs', keyHeader: 'xi-api-key', tag: 'ElevenLabs-compatible' } as const
const elevenLabsSpeech = {
  ...elevenLabs,
  method: 'POST',
  access: 'speech:generate',
  query: ElevenLabsSpeechQuery,
  body: ElevenLabsSpeech,
} as const
const audio = {
  bytes: ['audio/mpeg', 'audio/pcm', 'audio/basic', 'audio/wav', 'audio/flac', 'audio/ogg'],
} as const
const elevenLabsVoices = { ...elevenLabs, method: 'GET', access: 'voices:read', body: null } as const

/** Routes for clients that were made for other APIs: the same speech in their names. */
export const COMPAT_ROUTES = {
  elevenLabsSpeech: {
    ...elevenLabsSpeech,
    path: '/11labs/v1/text-to-speech/{voice_id}',
    operationId: 'elevenLabsSpeech',
    summary: 'Speak a text, streamed as it is made',
    answer: audio,
  },
  elevenLabsStream: {
    ...elevenLabsSpeech,
    path: '/11labs/v1/text-to-speech/{voice_id}/stream',
    operationId: 'elevenLabsStream',
    summary: 'The same',
    answer: audio,
  },
  elevenLabsTimedSpeech: {
    ...elevenLabsSpeech,
    path: '/11labs/v1/text-to-speech/{voice_id}/with-timestamps',
    operationId: 'elevenLabsTimedSpeech',
    summary: 'Speak a text, and say when each character is heard',
    answer: { json: ElevenLabsTimedSpeech },
  },
  elevenLabsTimedStream: {
    ...elevenLabsSpeech,
    path: '/11labs/v1/text-to-speech/{voice_id}/stream/with-timestamps',
    operationId: 'elevenLabsTimedStream',
    summary: 'The same as JSON lines: audio as it is made, and the times of a sentence after it',
    answer: { bytes: ['application/x-ndjson'] },
  },
  elevenLabsVoices: {
    ...elevenLabsVoices,
    path: '/11labs/v1/voices',
    operationId: 'elevenLabsVoices',
    summary: 'The voices',
    answer: { json: ElevenLabsVoices },
  },
  elevenLabsVoicePage: {
    ...elevenLabsVoices,
    path: '/11labs/v2/voices',
    operationId: 'elevenLabsVoicePage',
    summary: 'The voices, in pages',
    query: ElevenLabsVoiceQuery,
    answer: { json: ElevenLabsVoicePage },
  },
  elevenLabsVoice: {
    ...elevenLabsVoices,
    path: '/11labs/v1/voices/{voice_id}',
    operationId: 'elevenLabsVoice',
    summary: 'One voice',
    answer: { json: ElevenLabsVoice },
  },
  elevenLabsModels: {
    ...elevenLabs,
    method: 'GET',
    path: '/11labs/v1/models',
    access: 'key',
    operationId: 'elevenLabsModels',
    summary: 'The models that can speak',
    body: null,
    answer: { json: z.array(ElevenLabsModel) },
  },
  elevenLabsHealth: {
    ...elevenLabs,
    method: 'GET',
    path: '/11labs/health',
    access: 'open',
    operationId: 'elevenLabsHealth',
    summary: 'Whether the process answers',
    body: null,
    answer: { json: z.record(z.string(), z.string()) },
  },
  openAiSpeech: {
    method: 'POST',
    path: '/v1/audio/speech',
    access: 'speech:generate',
    dialect: 'openai',
    operationId: 'openAiSpeech',
    summary: 'Speak a text, as OpenAI’s clients ask for it',
    tag: 'OpenAI-compatible',
    body: OpenAiSpeech,
    answer: {
      bytes: ['audio/mpeg', 'audio/ogg', 'audio/flac', 'audio/wav', 'audio/pcm', 'text/event-stream'],
    },
  },
  vapiSpeech: {
    method: 'POST',
    path: '/vapi/synthesize',
    access: 'speech:generate',
    keyHeader: 'x-vapi-secret',
    operationId: 'vapiSpeech',
    summary: 'Speak a text, as Vapi asks a custom voice for it',
    tag: 'Vapi-compatible',
    query: VapiVoiceQuery,
    body: VapiVoiceRequest,
    answer: { bytes: ['audio/pcm'] },
  },
} as const satisfies Record<string, Route>
