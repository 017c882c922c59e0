import { z } from 'zod'
import { AudioFrame, ErrorFrame, InterruptedFrame, SettingsFrame, Usage, WordsFrame } from './frames.ts'

/** A chunk of text begins to be spoken. */
export const GenerationStartedFrame = z.object({
  generation_started: z.literal(true),
  chunk_id: z.int().describe('Counts up from 0 within the turn, or the context.'),
  text: z.string().describe('The chunk as it was sent.'),
})
export type GenerationStartedFrame = z.infer<typeof GenerationStartedFrame>

/** All audio of a chunk has been sent. */
export const ChunkCompleteFrame = z.object({
  chunk_complete: z.literal(true),
  chunk_id: z.int(),
  audio_seconds: z.number(),
  gen_ms: z.number(),
})
export type ChunkCompleteFrame = z.infer<typeof ChunkCompleteFrame>

const totals = {
  total_audio_seconds: z.number(),
  total_text_chunks: z.int(),
  total_audio_chunks: z.int(),
}

/** All audio of a turn has been sent. */
export const TurnFinalFrame = z.object({ final: z.literal(true), ...totals })
export type TurnFinalFrame = z.infer<typeof TurnFinalFrame>

/** A turn is over. Bare where nothing was spoken, so that what clients know of the turn before stays. */
export const SessionClosedFrame = z.object({
  session_closed: z.literal(true),
  ...z.object({ ...totals, usage: Usage }).partial().shape,
})
export type SessionClosedFrame = z.infer<typeof SessionClosedFrame>

/** For whoever reads along: a turn was ended because no more text came. */
export const WarningFrame = z.object({ warning: z.string() })
export type WarningFrame = z.infer<typeof WarningFrame>

/** Every frame of `/ws/tts/stream`. */
export const StreamFrame = z.union([
  GenerationStartedFrame,
  AudioFrame,
  WordsFrame,
  ChunkCompleteFrame,
  TurnFinalFrame,
  SessionClosedFrame,
  InterruptedFrame,
  WarningFrame,
  SettingsFrame,
  ErrorFrame,
])
export type StreamFrame = z.infer<typeof StreamFrame>

const context = { context_id: z.string() }

export const ContextCreatedFrame = z.object({ context_created: z.literal(true), ...context })
export type ContextCreatedFrame = z.infer<typeof ContextCreatedFrame>

/** All audio of the text up to a flush has been sent. */
export const ContextFinalFrame = z.object({ final: z.literal(true), ...context })
export type ContextFinalFrame = z.infer<typeof ContextFinalFrame>

/** A context is gone. Without usage where there was none to close. */
export const ContextClosedFrame = z.object({
  context_closed: z.literal(true),
  ...context,
  usage: Usage.optional(),
})
export type ContextClosedFrame = z.infer<typeof ContextClosedFrame>

/** A context is gone because nothing came for it. */
export const ContextTimeoutFrame = z.object({ context_timeout: z.literal(true), ...context })
export type ContextTimeoutFrame = z.infer<typeof ContextTimeoutFrame>

/** Without a context where the message named none. */
export const ContextErrorFrame = ErrorFrame.extend({ context_id: z.string().optional() })
export type ContextErrorFrame = z.infer<typeof ContextErrorFrame>

/** Every frame of `/ws/tts/multi`. */
export const ContextFrame = z.union([
  ContextCreatedFrame,
  GenerationStartedFrame.extend(context),
  AudioFrame.extend(context),
  WordsFrame.extend(context),
  ChunkCompleteFrame.extend(context),
  ContextFinalFrame,
  ContextClosedFrame,
  ContextTimeoutFrame,
  SessionClosedFrame,
  SettingsFrame,
  ContextErrorFrame,
])
export type ContextFrame = z.infer<typeof ContextFrame>
