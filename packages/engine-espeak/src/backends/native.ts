import { type Backend, rateOf, type SpeechEvent } from './backend.ts'
import { codePointOffsets } from './code-point-offsets.ts'
import {
  type LibEspeak,
  loadLibEspeak,
  memoryAt,
  pointerAt,
  registerCallback,
  textAt,
} from './libespeak-ng.ts'

/**
 * The system's own libespeak-ng, called in this process: about 2.4 times as fast as the JavaScript build. Its state is
 * global, so a process can have only one. Throws when it is not installed.
 */
export function openNativeBackend(): Backend {
  const espeak = loadLibEspeak()
  const sampleRate = espeak.initialize(OUTPUT_SYNCHRONOUS, BUFFER_MS, null, DONT_EXIT)
  if (sampleRate <= 0)
    throw new Error('libespeak-ng does not find its data (Debian: apt-get install espeak-ng-data)')
  const version = espeak.info(null)
  let onAudio = (_samples: Int16Array, _eventsAt: bigint): boolean => true
  const callback = registerCallback((samplesAt, count, eventsAt) => {
    const samples = samplesAt === null ? new Int16Array(0) : new Int16Array(memoryAt(samplesAt, count * 2))
    return onAudio(samples, eventsAt) ? GO_ON : STOP
  })
  espeak.setSynthCallback(callback)

  return {
    label: `libespeak-ng ${version} (native)`,
    version,
    sampleRate,
    voiceNames: () => voiceNames(espeak),
    setVoice: (espeakName) => espeak.setVoiceByName(soundVoice(espeakName)) === 0,
    speak(text, speed, onSamples, hasPhonemes = false) {
      const offsets = codePointOffsets(text)
      const found: SpeechEvent[] = []
      let thrown: unknown = null
      onAudio = (samples, eventsAt) => {
        try {
          found.push(...speechEvents(eventsAt, offsets))
          return samples.length === 0 || onSamples(samples)
        } catch (error) {
          // It must not cross the library.
          thrown ??= error
          return false
        }
      }
      const bytes = Buffer.from(`${text}\0`)
      espeak.setParameter(RATE_PARAMETER, rateOf(speed), 0)
      espeak.synth(bytes, bytes.length, 0, POSITION_CHARACTER, 0, flagsOf(hasPhonemes), null, null)
      if (thrown !== null) throw thrown
      return found
    },
    phonemes: (text) => phonemesOf(espeak, text),
    saidAs(phoneme) {
      // Whether phonemes are read is what the last text was said with.
      onAudio = () => true
      espeak.synth(Buffer.from('.\0'), 2, 0, POSITION_CHARACTER, 0, flagsOf(true), null, null)
      return phonemesOf(espeak, `[[${phoneme}]]`)
    },
  }
}

/**
 * In espeak-ng 1.51 the voice `cmn` spells the pinyin of each character in English (`n i three`); its sister reads
 * Chinese well, and Latin words in English all the same.
 */
const soundVoice = (espeakName: string): string =>
  espeakName.replace(/^sit\/cmn(?=$|\+)/, 'sit/cmn-Latn-pinyin')

function phonemesOf(espeak: LibEspeak, text: string): string {
  const rest: (Buffer | bigint | null)[] = [Buffer.from(`${text}\0`)]
  const clauses: string[] = []
  while (rest[0] !== null) clauses.push(espeak.textToPhonemes(rest, CHARS_UTF8, PHONEMES_IPA))
  return clauses.join(' | ')
}

const flagsOf = (hasPhonemes: boolean): number => (hasPhonemes ? CHARS_UTF8 | READS_PHONEMES : CHARS_UTF8)

// Numbers of speak_lib.h.
const OUTPUT_SYNCHRONOUS = 2
const DONT_EXIT = 0x8000
const POSITION_CHARACTER = 1
const RATE_PARAMETER = 1
const PHONEMES_IPA = 0x02
/** UTF-8, and neither SSML nor phonemes: nothing in a text is a command. */
const CHARS_UTF8 = 1
/** What stands in `[[ ]]` is phonemes. */
const READS_PHONEMES = 0x100
const GO_ON = 0
const STOP = 1

/** How much is synthesised between two callbacks: how soon the first sound leaves. */
const BUFFER_MS = 100

/** Layout of `espeak_EVENT`, and the types that matter. */
const EVENT_BYTES = 40
const EVENT_POSITION_AT = 8
const EVENT_MS_AT = 16
const EVENT_LIST_TERMINATED = 0
const EVENT_WORD = 1
const EVENT_END = 5

function* speechEvents(eventsAt: bigint, offsets: readonly number[]): Iterable<SpeechEvent> {
  for (let at = eventsAt; ; at += BigInt(EVENT_BYTES)) {
    const event = new DataView(memoryAt(at, EVENT_BYTES))
    const type = event.getInt32(0, true)
    if (type === EVENT_LIST_TERMINATED) return
    if (type !== EVENT_WORD && type !== EVENT_END) continue
    // Code points, counted from 1.
    const index = Math.max(0, event.getInt32(EVENT_POSITION_AT, true) - 1)
    const position = offsets[index] ?? offsets.at(-1) ?? 0
    yield { kind: type === EVENT_WORD ? 'word' : 'end', position, ms: event.getInt32(EVENT_MS_AT, true) }
  }
}

/** Layout of `espeak_VOICE`: name, languages, identifier. */
const VOICE_IDENTIFIER_AT = 16n
const POINTER_BYTES = 8n

/** `espeak_ListVoices` answers an array of pointers to voices that a null ends. */
function voiceNames(espeak: LibEspeak): string[] {
  const names: string[] = []
  for (let at = espeak.listVoices(null); ; at += POINTER_BYTES) {
    const voice = pointerAt(at)
    if (voice === null) return names
    names.push(textAt(voice + VOICE_IDENTIFIER_AT))
  }
}
