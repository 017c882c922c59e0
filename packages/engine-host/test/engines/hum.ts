import { setImmediate as nextTurn } from 'node:timers/promises'
import { runHost } from '@kugelaudio/engine-host'

/**
 * A host that hums for 80 ms per letter. Texts that begin with `!` go wrong: `!throw` throws, `!endless` hums on as
 * long as it may, `!patient` hums on and lets the host read its commands meanwhile.
 */
const RATE = 16_000
const LETTER_MS = 80

await runHost(() => {
  if (process.argv[2] === 'broken') throw new Error('the hum is broken: turn it on')
  return {
    name: 'hum',
    version: '1',
    backend: 'a sine',
    sampleRate: RATE,
    voices: [
      { id: 1, handle: 'hum', name: 'Hum', languages: ['en'], sex: null, description: 'A sine of 220 Hz' },
    ],
    defaultVoices: { en: 'hum' },
    async speak({ text, speed }, sink) {
      if (text === '!throw') throw new Error('told to')
      if (text.startsWith('!')) {
        while (sink(hum(1_000))) if (text === '!patient') await nextTurn()
        return []
      }
      const letterMs = LETTER_MS / speed
      sink(hum(text.length * letterMs))
      return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
        start: index,
        end: index + word.length,
        startMs: index * letterMs,
        endMs: (index + word.length) * letterMs,
      }))
    },
  }
})

function hum(ms: number): Int16Array {
  return Int16Array.from(
    { length: (RATE * ms) / 1000 },
    (_, i) => 8_000 * Math.sin((2 * Math.PI * 220 * i) / RATE),
  )
}
