/** What this package uses of the emscripten module, which comes without types. */
declare module '@echogarden/sonic-wasm' {
  type SonicModule = {
    /** Replaced when the memory grows; read it anew for each use. */
    HEAP16: Int16Array
    _malloc(bytes: number): number
    _free(pointer: number): void
    /** A stream of samples at a rate (Hz) and with so many channels. */
    _sonicCreateStream(sampleRate: number, channels: number): number
    _sonicSetSpeed(stream: number, speed: number): void
    _sonicWriteShortToStream(stream: number, samplesAt: number, count: number): number
    /** Answers how many samples were read. */
    _sonicReadShortFromStream(stream: number, samplesAt: number, countMax: number): number
    _sonicFlushStream(stream: number): number
    _sonicDestroyStream(stream: number): void
  }
  function Sonic(): Promise<SonicModule>

  // biome-ignore lint/style/noDefaultExport: that is how the module exports it
  export { Sonic as default }
}
