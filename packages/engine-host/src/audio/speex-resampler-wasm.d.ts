/** What this package uses of the emscripten module, which comes without types. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  type Speex = {
    /** Replaced when the memory grows; read them anew for each use. */
    HEAP16: Int16Array
    HEAPU32: Uint32Array
    _malloc(bytes: number): number
    _free(pointer: number): void
    _speex_resampler_init(
      channels: number,
      inRate: number,
      outRate: number,
      quality: number,
      errorAt: number,
    ): number
    _speex_resampler_skip_zeros(state: number): number
    _speex_resampler_get_input_latency(state: number): number
    _speex_resampler_process_int(
      state: number,
      channel: number,
      inAt: number,
      inCountAt: number,
      outAt: number,
      outCountAt: number,
    ): number
    _speex_resampler_destroy(state: number): void
  }
  function SpeexResampler(): Promise<Speex>

  // biome-ignore lint/style/noDefaultExport: that is how the module exports it
  export { SpeexResampler as default }
}
