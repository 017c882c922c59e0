/**
 * Speech for LiveKit Agents: `npm install kugelaudio @livekit/agents @livekit/rtc-node`, then
 * `new voice.AgentSession({ tts: new TTS({ language: 'en' }), … })`.
 */
export * from './livekit/limits.ts'
export { ChunkedStream, SynthesizeStream } from './livekit/streams.ts'
export { TTS } from './livekit/tts.ts'
export type { TTSChange, TTSOptions } from './livekit/tts-options.ts'
