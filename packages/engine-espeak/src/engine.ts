import type { Engine } from '@kugelaudio/engine-host'
import type { Backend } from './backends/backend.ts'
import { defaultHandles, hostVoice, offeredVoices } from './offered-voices.ts'
import { speakable } from './speakable.ts'
import type { Voice } from './voices.ts'
import { warmUp } from './warm-up.ts'
import { wordTimes } from './word-times.ts'
import { wordsOf } from './words-of.ts'

/** The engine of a backend. */
export function espeakEngine(backend: Backend): Engine {
  const voices = offeredVoices(backend)
  const voiceByHandle = new Map(voices.map((voice) => [voice.handle, voice]))
  let current: Voice | undefined

  const speak: Engine['speak'] = ({ text, voice: handle, speed }, sink) => {
    const voice = voiceByHandle.get(handle)
    if (voice === undefined) throw new Error(`espeak-ng has no voice ${handle}`)
    if (voice !== current) {
      // Costs up to 1.6 ms, and leaks a little when nothing is said afterwards.
      if (!backend.setVoice(voice.espeakName))
        throw new Error(`espeak-ng refused its voice ${voice.espeakName}`)
      current = voice
    }
    let samplesSaid = 0
    const events = backend.speak(speakable(text), speed, (samples) => {
      samplesSaid += samples.length
      return sink(samples)
    })
    const audioMs = (samplesSaid * 1000) / backend.sampleRate
    return wordTimes(text, wordsOf(text, voice.language), events, audioMs)
  }

  return {
    name: 'espeak-ng',
    version: backend.version,
    backend: backend.label,
    sampleRate: backend.sampleRate,
    voices: voices.map(hostVoice),
    defaultVoices: defaultHandles(voices),
    speak,
    warmUp: () => warmUp(speak),
  }
}
