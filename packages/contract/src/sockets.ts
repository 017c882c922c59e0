import type { z } from 'zod'
import type { Dialect, KeyHeader } from './dialects.ts'
import { ElevenLabsFrame, ElevenLabsInput, ElevenLabsInputQuery } from './elevenlabs-input.ts'
import { SpeakFrame } from './frames.ts'
import type { Scope } from './scopes.ts'
import { SpeakMessage } from './speech.ts'
import { ContextFrame, StreamFrame } from './stream-frames.ts'
import { CancelMessage, ContextMessage, SettingsMessage, StreamMessage } from './stream-messages.ts'

/** A path that takes sockets, and what is said on it. */
export type SocketAddress = {
  access: Scope
  dialect?: Extract<Dialect, 'elevenlabs'>
  keyHeader?: KeyHeader
  /** Its name in the documents. */
  name: string
  summary: string
  query?: z.ZodType
  /** Messages of clients, by their names. */
  takes: Readonly<Record<string, z.ZodObject>>
  /** Frames of the server. The first member of each says which it is. */
  sends: z.ZodUnion<readonly z.ZodObject[]>
}

/** Paths that take sockets. Parameters stand in braces. */
export const SOCKETS = {
  '/ws/tts': {
    access: 'speech:stream',
    name: 'speak',
    summary: 'Speaks one text after the other',
    takes: { speak: SpeakMessage, cancel: CancelMessage, update_settings: SettingsMessage },
    sends: SpeakFrame,
  },
  '/ws/tts/stream': {
    access: 'speech:stream',
    name: 'stream',
    summary: 'Speaks a text that comes in pieces, as from a language model',
    takes: { text: StreamMessage, cancel: CancelMessage, update_settings: SettingsMessage },
    sends: StreamFrame,
  },
  '/ws/tts/multi': {
    access: 'speech:stream',
    name: 'contexts',
    summary: 'Speaks several texts that come in pieces, each in a context of its own',
    takes: { text: ContextMessage, update_settings: SettingsMessage },
    sends: ContextFrame,
  },
  '/11labs/v1/text-to-speech/{voice_id}/stream-input': {
    access: 'speech:stream',
    dialect: 'elevenlabs',
    keyHeader: 'xi-api-key',
    name: 'elevenLabsInput',
    summary: 'Speaks a text that comes in pieces, for clients of ElevenLabs',
    query: ElevenLabsInputQuery,
    takes: { text: ElevenLabsInput },
    sends: ElevenLabsFrame,
  },
} as const satisfies Record<`/${string}`, SocketAddress>
