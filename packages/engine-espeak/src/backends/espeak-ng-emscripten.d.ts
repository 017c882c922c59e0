/** What this package uses of the emscripten module, which comes without types. */
declare module '@echogarden/espeak-ng-emscripten' {
  export type EspeakEvent = {
    type: string
    /** Code points of the submitted text, counted from 1. */
    text_position: number
    word_length: number
    /** ms */
    audio_position: number
  }
  export type EspeakWorker = {
    list_voices(): { identifier: string; name: string }[]
    /** Answers 0, or an error number. */
    set_voice(name: string): number
    /** Words per minute. */
    set_rate(rate: number): void
    /** Always reads SSML and `[[phonemes]]`. Stops when the callback answers true. */
    synthesize(text: string, onAudio: (samples: Int16Array, events: EspeakEvent[]) => boolean): void
    /** The answer is the caller's to free. */
    convert_to_phonemes(text: string, ipa: boolean): { ptr: number }
  }
  export type EspeakModule = {
    /** Replaced when the memory grows; read it anew for each use. */
    HEAPU8: Uint8Array
    _free(pointer: number): void
    eSpeakNGWorker: new () => EspeakWorker
  }
  function openModule(): Promise<EspeakModule>

  // biome-ignore lint/style/noDefaultExport: that is how the module exports it
  export { openModule as default }
}
