/** What espeak-ng reports while it speaks. */
export type SpeechEvent = {
  /** `word`: it begins. `end`: a clause is over. */
  kind: 'word' | 'end'
  /** UTF-16 offset into the text given. */
  position: number
  /** From the start of the audio. */
  ms: number
}

/** Takes samples that are overwritten afterwards; answers whether more are wanted. */
export type OnSamples = (samples: Int16Array) => boolean

/** One way to call espeak-ng. Not reentrant; all calls block. */
export type Backend = {
  /** For the operator: `libespeak-ng 1.51 (native)`. */
  label: string
  /** Of espeak-ng. */
  version: string
  /** Hz. */
  sampleRate: number
  /** Names of all voices, without variants. */
  voiceNames(): string[]
  /** Answers whether there is such a voice. Names may carry a variant: `gmw/en-US+f3`. */
  setVoice(espeakName: string): boolean
  /**
   * Says a text that `speakable` has been over; with `hasPhonemes`, what stands in `[[ ]]` is said as phonemes. `speed`
   * 1 is espeak-ng's own. Answers its events in order of time.
   */
  speak(text: string, speed: number, onSamples: OnSamples, hasPhonemes?: boolean): SpeechEvent[]
  /** The text's phonemes in IPA, as the voice that is set would say them. */
  phonemes(text: string): string
  /** The IPA of one of espeak-ng's phonemes in the voice that is set; empty when the voice does not have it. */
  saidAs(phoneme: string): string
}

/** espeak-ng's own rate, in words per minute. */
const WORDS_PER_MINUTE = 175

/** Words per minute for a speed. */
export const rateOf = (speed: number): number => Math.round(WORDS_PER_MINUTE * speed)
