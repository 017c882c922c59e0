export type { AudioSink, Engine, Pronunciation, SpeakRequest, SpokenWord } from './engine.ts'
export type { HostVoice } from './protocol.ts'
export { runHost } from './run-host.ts'
