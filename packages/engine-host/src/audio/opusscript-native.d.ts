/** What this package uses of opusscript's emscripten module, which comes without types. */
declare module 'opusscript/build/opusscript_native_wasm.js' {
  export type OpusHandler = {
    /** Answers the packet's length, or a negative error number. */
    _encode(inAt: number, inBytes: number, outAt: number, frameSamples: number): number
    _encoder_ctl(request: number, value: number): number
  }
  export type Libopus = {
    /** Replaced when the memory grows; read them anew for each use. */
    HEAPU8: Uint8Array
    HEAPU16: Uint16Array
    _malloc(bytes: number): number
    _free(pointer: number): void
    OpusScriptHandler: {
      new (sampleRate: number, channels: number, application: number): OpusHandler
      destroy_handler(handler: OpusHandler): void
    }
  }
  function openLibopus(): Libopus

  // biome-ignore lint/style/noDefaultExport: that is how the module exports it
  export { openLibopus as default }
}
