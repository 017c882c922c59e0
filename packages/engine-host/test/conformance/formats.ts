import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { type Format, SAMPLE_RATES } from '../../src/audio/formats.ts'
import { WAV_HEADER_BYTES, wavHeader } from '../../src/audio/wav-header.ts'
import { CODECS, type Codec } from '../../src/protocol.ts'
import type { Subject } from '../conformance.ts'
import { decode } from '../decoding.ts'
import { type Spoken, speak } from '../spoken.ts'
import { LONG_PASSAGE, SENTENCE } from './texts.ts'

/** Every codec of `hello`, at every rate, with the lowest and highest bit rate; checked on decoded samples. */
export function speaksEveryFormat({ host, voice }: Subject): void {
  for (const format of FORMATS) {
    const { codec, sampleRate, bitrateKbps } = format
    suite(`${codec} at ${sampleRate} Hz${bitrateKbps === undefined ? '' : `, ${bitrateKbps} kbit/s`}`, () => {
      let spoken: Spoken
      let decoded: Int16Array
      before(async (context) => {
        const hello = host().frames.find((frame) => frame.type === 'hello')?.hello
        if (hello?.codecs.includes(codec) !== true) {
          if ('skip' in context) context.skip('not offered')
          return
        }
        const lines = [{ text: LONG_PASSAGE }, { text: SENTENCE, leadMs: 150 }]
        spoken = await speak(host(), { voice: voice(), format, lines })
        decoded = decode(spoken.bytes, format)
      })

      test('counts its samples truly', () => {
        const sum = spoken.audio.reduce((total, { samples }) => total + samples, 0)
        assert.equal(sum, spoken.done.samples)
        const added = ADDED_SAMPLES_MAX[codec]
        assert.ok(decoded.length >= sum && decoded.length <= sum + added, `${decoded.length} of ${sum}`)
      })

      test('its passages account for all of its time', () => {
        assertClose(spoken.done.audio_ms, (spoken.done.samples * 1000) / sampleRate, 0.01)
        const last = spoken.passages.at(-1)
        assertClose((last?.start_ms ?? 0) + (last?.audio_ms ?? 0), spoken.done.audio_ms, 1)
      })

      test('is heard, and not clipped', () => {
        assert.ok(rms(decoded) > 300, `RMS ${rms(decoded)}`)
        const clipped = decoded.filter((sample) => Math.abs(sample) >= 32_700).length
        assert.ok(clipped < decoded.length / 10_000, `${clipped} samples`)
      })

      if (codec in SAMPLE_BYTES) {
        test('every frame ends on a whole sample', () => {
          for (const [index, { samples, bytes }] of spoken.audio.entries()) {
            const head = codec === 'wav' && index === 0 ? WAV_HEADER_BYTES : 0
            assert.equal(bytes.length - head, samples * (SAMPLE_BYTES[codec] ?? 0))
          }
        })
      }
      if (codec === 'wav') {
        test('begins with the header of a stream of unknown length', () => {
          assert.deepEqual(spoken.bytes.subarray(0, WAV_HEADER_BYTES), Buffer.from(wavHeader(sampleRate)))
        })
      }

      test('sends short frames first and none longer than a second', () => {
        const [first] = spoken.audio
        assert.ok((first?.samples ?? 0) <= sampleRate * 0.15, `first frame of ${first?.samples} samples`)
        for (const { samples } of spoken.audio) assert.ok(samples <= sampleRate * 1.1, `${samples} samples`)
      })
    })
  }
}

const BITRATES_KBPS: Partial<Record<Codec, number[]>> = { mp3: [32, 128], opus: [32, 192] }

const FORMATS: Format[] = CODECS.flatMap((codec) =>
  SAMPLE_RATES[codec].flatMap(
    (sampleRate): Format[] =>
      BITRATES_KBPS[codec]?.map((bitrateKbps) => ({ codec, sampleRate, bitrateKbps })) ?? [
        { codec, sampleRate },
      ],
  ),
)

const SAMPLE_BYTES: Partial<Record<Codec, number>> = { pcm_s16le: 2, wav: 2, mulaw: 1, alaw: 1 }

/** What a codec may add at the ends: MP3 its delay and whole frames, the others nothing. */
const ADDED_SAMPLES_MAX: Record<Codec, number> = {
  pcm_s16le: 0,
  wav: 0,
  flac: 0,
  mulaw: 0,
  alaw: 0,
  mp3: 4 * 1152,
  opus: 0,
}

function assertClose(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`)
}

const rms = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
