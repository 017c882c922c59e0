import type { AudioSink, Engine, SpeakRequest, SpokenWord } from '@kugelaudio/engine-host'
import type { Backend } from './backends/backend.ts'
import { canReadJapanese, type Reading, readJapanese } from './japanese.ts'
import { defaultHandles, hostVoice, offeredVoices } from './offered-voices.ts'
import { createPronounce } from './pronunciation.ts'
import type { Voice } from './voices.ts'
import { warmUp } from './warm-up.ts'
import { wordTimes } from './word-times.ts'
import { wordsOf } from './words-of.ts'

/** The engine of a backend. */
export function espeakEngine(backend: Backend): Engine {
  const voices = offeredVoices(backend)
  const voiceByHandle = new Map(voices.map((voice) => [voice.handle, voice]))
  const japaneseIsRead = canReadJapanese()
  const pronounce = createPronounce(backend)
  let current: Voice | undefined

  const setVoice = (handle: string): Voice => {
    const voice = voiceByHandle.get(handle)
    if (voice === undefined) throw new Error(`espeak-ng has no voice ${handle}`)
    if (voice === current) return voice
    // Costs up to 1.6 ms, and leaks a little when nothing is said afterwards.
    if (!backend.setVoice(voice.espeakName))
      throw new Error(`espeak-ng refused its voice ${voice.espeakName}`)
    current = voice
    return voice
  }

  const say = (
    { text, voice: handle, speed, pronunciations = [] }: SpeakRequest,
    reading: Reading,
    sink: AudioSink,
  ): SpokenWord[] => {
    const voice = setVoice(handle)
    let samplesSaid = 0
    const pronounced = pronounce(reading.text, reading.text === text ? pronunciations : [], voice.espeakName)
    const onSamples = (samples: Int16Array): boolean => {
      samplesSaid += samples.length
      return sink(samples)
    }
    const found = backend.speak(pronounced.text, speed, onSamples, pronounced.hasPhonemes)
    const events = found.map((event) => ({
      ...event,
      position: reading.offsetOf(pronounced.offsetOf(event.position)),
    }))
    const audioMs = (samplesSaid * 1000) / backend.sampleRate
    return wordTimes(text, wordsOf(text, voice.language), events, audioMs)
  }

  const speak: Engine['speak'] = (request, sink) => {
    const isJapanese = voiceByHandle.get(request.voice)?.language === 'ja'
    if (!isJapanese || !japaneseIsRead) return say(request, asWritten(request.text), sink)
    return readJapanese(request.text).then((reading) => say(request, reading, sink))
  }

  return {
    name: 'espeak-ng',
    version: backend.version,
    backend: japaneseIsRead ? backend.label : `${backend.label}; ${KANJI_UNREAD}`,
    sampleRate: backend.sampleRate,
    voices: voices.map(hostVoice),
    defaultVoices: defaultHandles(voices),
    speak,
    warmUp: () => warmUp(speak),
  }
}

const KANJI_UNREAD = 'kanji are not read, the package lindera-wasm-nodejs-ipadic is not installed'

const asWritten = (text: string): Reading => ({ text, offsetOf: (position) => position })
