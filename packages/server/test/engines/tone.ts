import { setTimeout as pass } from 'node:timers/promises'
import {
  type AudioSink,
  type HostVoice,
  runHost,
  type SpeakRequest,
  type SpokenWord,
} from '@kugelaudio/engine-host'
import { TONE_RATE, type ToneWord, toneOf, toneWords } from './tone-speech.ts'

/**
 * An engine whose every word is a tone of known length. Words with a `!` do what engines do on bad days (with a `#` in
 * texts that the server cuts into sentences first, as a `!` would end one):
 * `!crash` speaks and ends the process, `!hang` never comes back, `!fail` throws, `!slow` or `!slow:ms` takes its
 * time, `!empty` has no sound. Milliseconds may be written with a to j for 0 to 9 (`#slow:ca` is 20), because the server
 * reads out digits.
 */
await runHost(() => ({
  name: 'tone',
  version: '1',
  backend: 'sine waves',
  sampleRate: TONE_RATE,
  voices: [
    voice(1, 'tone-a', ['en', 'es', 'it', 'de', 'fr']),
    voice(2, 'tone-b', ['de', 'en']),
    voice(3, 'tone-c', ['fr', 'en']),
  ],
  defaultVoices: { en: 'tone-a', de: 'tone-b', fr: 'tone-c', es: 'tone-a', it: 'tone-a' },
  speak,
}))

async function speak(request: SpeakRequest, sink: AudioSink): Promise<SpokenWord[]> {
  const spoken: SpokenWord[] = []
  let samples = 0
  for (const word of toneWords(request.text, request.voice, request.speed)) {
    const said = word.word.replace(/^#/, '!')
    await misbehave(said)
    const startMs = (samples * 1_000) / TONE_RATE
    const goesOn = sink(toneOf(word))
    samples += word.samples
    if (word.samples > 0) spoken.push(wordFrom(word, startMs, (samples * 1_000) / TONE_RATE))
    if (said === '!crash') process.exit(1)
    if (!goesOn) break
  }
  return spoken
}

async function misbehave(word: string): Promise<void> {
  if (word === '!fail') throw new Error('told to fail')
  while (word === '!hang');
  if (word.startsWith('!slow')) await pass(slowMs(word.split(':')[1]))
}

const SLOW_MS = 300

function slowMs(told: string | undefined): number {
  if (told === undefined) return SLOW_MS
  return Number(told.replaceAll(/[a-j]/g, (letter) => String('abcdefghij'.indexOf(letter))))
}

function wordFrom({ start, end }: ToneWord, startMs: number, endMs: number): SpokenWord {
  return { start, end, startMs, endMs }
}

function voice(id: number, handle: string, languages: string[]): HostVoice {
  return { id, handle, name: handle, languages, sex: 'neutral', description: 'A sine wave' }
}
