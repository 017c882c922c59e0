import koffi, { type LibraryHandle } from 'koffi'

/** The functions of libespeak-ng that are used, as `speak_lib.h` declares them. */
export type LibEspeak = ReturnType<typeof loadLibEspeak>

/** Called with samples, their count and an array of events; answers 1 to stop. */
export type SynthCallback = (samplesAt: bigint | null, count: number, eventsAt: bigint) => number

/** Opens the system's library; throws if it is not installed. */
export function loadLibEspeak() {
  const library = load()
  koffi.proto('int SynthCallback(void *samples, int count, void *events)')
  const bind = <Arguments extends unknown[], Result>(prototype: string): ((...args: Arguments) => Result) =>
    library.func(prototype)
  return {
    initialize: bind<[output: number, bufferMs: number, path: string | null, options: number], number>(
      'int espeak_Initialize(int output, int bufferMs, const char *path, int options)',
    ),
    info: bind<[null], string>('const char *espeak_Info(void *path)'),
    listVoices: bind<[null], bigint>('void *espeak_ListVoices(void *spec)'),
    setVoiceByName: bind<[name: string], number>('int espeak_SetVoiceByName(const char *name)'),
    setParameter: bind<[parameter: number, value: number, relative: number], number>(
      'int espeak_SetParameter(int parameter, int value, int relative)',
    ),
    setSynthCallback: bind<[bigint], void>('void espeak_SetSynthCallback(SynthCallback *callback)'),
    synth: bind<[Buffer, number, number, number, number, number, null, null], number>(
      'int espeak_Synth(const void *text, size_t bytes, uint position, int positionType, uint end, uint flags, void *id, void *user)',
    ),
    textToPhonemes: bind<[(Buffer | bigint | null)[], number, number], string>(
      'const char *espeak_TextToPhonemes(_Inout_ void **text, int textMode, int phonemeMode)',
    ),
  }
}

/** A callback that stays valid while the process lives. */
export const registerCallback = (callback: SynthCallback): bigint =>
  koffi.register(callback, 'SynthCallback *')

/** The memory at an address, without a copy; valid as long as the library keeps it. */
export const memoryAt = (address: bigint, bytes: number): ArrayBuffer => koffi.view(address, bytes)

/** The text that a pointer at this address points to. */
export const textAt = (address: bigint): string => koffi.decode(address, 'const char *')

/** The pointer at this address. */
export const pointerAt = (address: bigint): bigint | null => koffi.decode(address, 'void *')

function load(): LibraryHandle {
  try {
    return koffi.load('libespeak-ng.so.1')
  } catch (cause) {
    throw new Error('libespeak-ng.so.1 cannot be loaded (Debian: apt-get install libespeak-ng1)', { cause })
  }
}
