export {
  AudioChunk,
  base64ToArrayBuffer,
  createWavBlob,
  createWavFile,
  decodePCM16,
} from './audio.ts'
export { AudioResponse } from './audio-response.ts'
export {
  classifyHttpError,
  classifyWsClose,
  classifyWsFrame,
  classifyWsHandshakeError,
  ErrorCodes,
  type HeaderReader,
  isWsErrorCloseCode,
  WsCloseCodes,
} from './classify.ts'
export { KugelAudio } from './client.ts'
export type { KugelAudioOptions } from './connection.ts'
export type { EndpointOptions, Region } from './endpoint.ts'
export * from './errors.ts'
export {
  type AudioEncoding,
  parseSessionUsage,
  type SessionUsage,
  type TurnTotals,
  type WordTimestamp,
} from './frames.ts'
export type { CallOptions } from './http.ts'
export {
  type ContextOptions,
  type MultiContextCallbacks,
  type MultiContextConfig,
  MultiContextSession,
} from './multi-context-session.ts'
export * from './resources/dictionaries.ts'
export type { Model, ModelsResource } from './resources/models.ts'
export type { TranscribeOptions, TranscriptionsResource } from './resources/transcriptions.ts'
export type * from './resources/voices.ts'
export type { SettingsUpdate } from './settings-update.ts'
export type { WebSocketConstructor } from './socket.ts'
export type { GenerationStats, SpeechEvent } from './speaking.ts'
export { createTts, type Speech, type SpeechCallbacks } from './speech.ts'
export type { GenerateOptions, SpeechOptions } from './speech-options.ts'
export {
  type StreamCallbacks,
  type StreamConfig,
  StreamingSession,
  type TurnEvent,
} from './streaming-session.ts'
export type { NodeReadable, TtsResource } from './tts.ts'
export { VERSION } from './version.ts'
