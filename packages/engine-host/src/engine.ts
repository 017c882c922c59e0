import type { HostVoice } from './protocol.ts'

/** Part of a passage's text (UTF-16 offsets) that is to be said as its IPA tells, by engines that can. */
export type Pronunciation = { start: number; end: number; ipa: string }

/** One passage as an engine gets it. */
export type SpeakRequest = {
  /** At most `TEXT_CHARACTERS_MAX` UTF-16 units, never empty, possibly hostile. */
  text: string
  /** One of the engine's own handles. */
  voice: string
  /** `ENGINE_SPEED_MIN` to `ENGINE_SPEED_MAX`; 1 is the voice's own rate. Pitch stays. */
  speed: number
  /** In the order of the text, without overlap. An engine that does not know phonemes says the text. */
  pronunciations?: readonly Pronunciation[]
}

/** A word of a passage: UTF-16 offsets into its text, milliseconds from the start of its audio. */
export type SpokenWord = { start: number; end: number; startMs: number; endMs: number }

/**
 * Takes 16-bit mono samples at the engine's rate, as soon as there are any and in any amount. Answers whether more
 * is wanted; after `false` the engine should return soon, what it still gives is dropped. The samples are copied, so
 * the engine may use its array again.
 */
export type AudioSink = (samples: Int16Array) => boolean

/** What `runHost` needs to make an engine a program. One passage is spoken at a time. */
export type Engine = {
  name: string
  version: string
  /** What speaks, for the operator: `libespeak-ng 1.51 (native)`. */
  backend: string
  /** Hz. */
  sampleRate: number
  voices: HostVoice[]
  /** Handle of the voice to use for each language. */
  defaultVoices: Record<string, string>
  /** Says the text into the sink and returns its words in the order of the text. Throwing ends the job, not the host. */
  speak(request: SpeakRequest, sink: AudioSink): SpokenWord[] | Promise<SpokenWord[]>
  /** Work that makes later speaking faster, in slices of a few milliseconds; done while nothing else is. */
  warmUp?(): Iterable<void>
}
