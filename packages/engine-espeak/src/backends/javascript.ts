import openModule, { type EspeakModule } from '@echogarden/espeak-ng-emscripten'
import { escapeMarkup } from '../markup.ts'
import { type Backend, rateOf, type SpeechEvent } from './backend.ts'

/** espeak-ng compiled to JavaScript: needs nothing but its package. */
export async function openJavascriptBackend(): Promise<Backend> {
  const module = await openModule()
  const worker = new module.eSpeakNGWorker()
  let rate = 0
  const phonemes = (text: string): string => {
    const { ptr } = worker.convert_to_phonemes(text, true)
    const found = stringAt(module, ptr)
    module._free(ptr)
    return found
  }
  return {
    label: `espeak-ng ${VERSION} (JavaScript)`,
    version: VERSION,
    sampleRate: SAMPLE_RATE,
    voiceNames: () => worker.list_voices().map(({ identifier }) => identifier),
    setVoice: (espeakName) => worker.set_voice(espeakName) === 0,
    speak(text, speed, onSamples) {
      if (rateOf(speed) !== rate) {
        rate = rateOf(speed)
        worker.set_rate(rate)
      }
      const escaped = escapeMarkup(text)
      const found: SpeechEvent[] = []
      worker.synthesize(escaped.text, (samples, events) => {
        for (const { type, text_position, audio_position } of events) {
          if (type !== 'word' && type !== 'end') continue
          // Counted from 1.
          found.push({ kind: type, position: escaped.offsetOf(text_position - 1), ms: audio_position })
        }
        return samples.length > 0 && !onSamples(samples)
      })
      return found
    },
    phonemes,
    saidAs(phoneme) {
      // Phonemes are read only after something has been said since the start.
      worker.synthesize('.', () => true)
      return phonemes(`[[${phoneme}]]`)
    },
  }
}

/** The package's fork of espeak-ng; it does not tell its version. */
const VERSION = '1.52-dev'
const SAMPLE_RATE = 22_050

function stringAt(module: EspeakModule, pointer: number): string {
  const end = module.HEAPU8.indexOf(0, pointer)
  return Buffer.from(module.HEAPU8.subarray(pointer, end)).toString('utf8')
}
