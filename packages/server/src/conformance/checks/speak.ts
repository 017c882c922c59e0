import { type Check, expect, expectEqual, expectMembers } from '../check.ts'
import type { Frame } from '../frame.ts'
import type { FrameReader } from '../frame-reader.ts'
import { onSocket } from '../subject.ts'

const TEXT = 'Hello there.'
/** Long enough to be stopped in its middle. */
export const LONG = 'The train leaves in the morning, and nobody knows when it will be back. '.repeat(28)
const PATH = '/ws/tts'

/** What frames of audio come to. */
export type Heard = { samples: number; seconds: number; pieces: number; rate: number }

/** `/ws/tts`: section 5.1 of the wire reference. */
export const speakChecks: Check[] = [
  {
    name: 'speak.answer',
    promise: 'audio in order, then one final that sums it up',
    run: async (subject) => {
      const { heard, final } = await spoken(await subject.open(PATH), { text: TEXT, model_id: 'kugel-3' })
      expectEqual('sr', heard.rate, 24_000)
      return `${heard.seconds.toFixed(2)} s in ${final['chunks']} frames`
    },
  },
  {
    name: 'speak.fifo',
    promise: 'requests sent at once are answered one after the other, in their order',
    run: onSocket(PATH, async (reader) => {
      for (const text of [TEXT, `${TEXT} `.repeat(6), TEXT]) reader.send({ text })
      const lengths: number[] = []
      for (let at = 0; at < 3; at++) lengths.push((await answered(reader)).heard.seconds)
      const [first = 0, second = 0, third = 0] = lengths
      expect(
        second > 2 * first && second > 2 * third,
        `the answers are ${lengths.map((of) => of.toFixed(2)).join(', ')} s long; the second text is the long one`,
      )
      return undefined
    }),
  },
  {
    name: 'speak.word-timestamps',
    promise: 'word_timestamps come before final, with their places in the text',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: TEXT, word_timestamps: true })
      const { frames } = await answered(reader)
      const words = wordsOf(frames)
      expect(words.length > 0, 'no word_timestamps came')
      expectWordsOf(TEXT, words)
      reader.send({ text: TEXT, word_timestamps: false })
      expectEqual('words that nobody asked for', wordsOf((await answered(reader)).frames), [])
      return `${words.length} words`
    }),
  },
  {
    name: 'speak.format',
    promise: 'ulaw_8000 beside the sample_rate that SDKs always send',
    run: async (subject) => {
      const message = { text: TEXT, output_format: 'ulaw_8000', sample_rate: 24_000 }
      const { frames, heard } = await spoken(await subject.open(PATH), message)
      expectEqual('enc', new Set(audioOf(frames).map(({ enc }) => enc)).has('mulaw'), true)
      expectEqual('sr', heard.rate, 8_000)
      return undefined
    },
  },
  {
    name: 'speak.errors',
    promise: 'what is wrong with a message is one flat error frame; the socket goes on',
    run: onSocket(PATH, async (reader) => {
      const wrong: [unknown, string][] = [
        ['{"text": ', 'VALIDATION_ERROR'],
        [{ text: 'a'.repeat(10_001) }, 'VALIDATION_ERROR'],
        [{ text: TEXT, speed: 3 }, 'VALIDATION_ERROR'],
        [{ text: TEXT, output_format: 'tape_7' }, 'VALIDATION_ERROR'],
        [{ text: TEXT, voice_id: 999_999_999 }, 'NOT_FOUND'],
      ]
      for (const [message, errorCode] of wrong) {
        reader.send(message)
        expectEqual('error_code', (await reader.next('error')).body['error_code'], errorCode)
      }
      await spoken(reader, { text: TEXT })
      return `${wrong.length} messages`
    }),
  },
  {
    name: 'speak.cancel',
    promise: 'cancel is answered by interrupted, also when idle, and nothing of the turn comes after it',
    run: onSocket(PATH, async (reader) => {
      reader.send({ cancel: true })
      await reader.next('interrupted')
      reader.send({ text: LONG })
      await reader.next('audio')
      reader.send({ cancel: true })
      const frames = await reader.until('interrupted')
      await spoken(reader, { text: TEXT })
      return frames.some(({ kind }) => kind === 'final') ? 'the turn was over before the cancel' : undefined
    }),
  },
  {
    name: 'speak.update-settings',
    promise: 'update_settings is acknowledged; a member it does not take is VALIDATION_ERROR',
    run: onSocket(PATH, async (reader) => {
      await expectSettings(reader)
      await spoken(reader, { text: TEXT })
      return undefined
    }),
  },
  {
    name: 'speak.ping',
    promise: 'a ping is answered while the socket speaks',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: LONG })
      await reader.next('audio')
      await reader.ping()
      return undefined
    }),
  },
  {
    name: 'speak.tolerant',
    promise: 'members that SDKs add, and those that nobody knows, are tolerated',
    run: async (subject) => {
      const known = { cfg_scale: 2, max_new_tokens: 2048, normalize: true, speed: 1, speaker_prefix: true }
      await spoken(await subject.open(PATH), { text: TEXT, ...known, something_new: { a: 1 } })
      return undefined
    },
  },
]

/** Sends a request, and takes its answer. */
async function spoken(reader: FrameReader, message: object) {
  reader.send(message)
  return await answered(reader)
}

/** Takes an answer up to its final, which must sum up what was heard. */
async function answered(reader: FrameReader) {
  const frames = await reader.until('final', 'interrupted')
  const final = frames.at(-1)?.body ?? {}
  expectMembers('final', final, {
    final: 'true',
    chunks: 'integer',
    total_samples: 'integer',
    dur_ms: 'number',
    gen_ms: 'number',
    rtf: 'number',
  })
  const heard = heardOf(frames, 0)
  expect(heard.samples > 0, 'no audio came before final')
  expectEqual('final: total_samples', final['total_samples'], heard.samples)
  expectEqual('final: chunks', final['chunks'], heard.pieces)
  expect(
    Math.abs(Number(final['dur_ms']) - heard.seconds * 1000) <= 50,
    `final: dur_ms is ${final['dur_ms']}`,
  )
  return { frames, heard, final }
}

export const audioOf = (frames: Frame[]): Record<string, unknown>[] =>
  frames.filter(({ kind }) => kind === 'audio').map(({ body }) => body)

/** What is heard of frames, whose numbers must count up from `firstIdx`. */
export function heardOf(frames: Frame[], firstIdx: number): Heard {
  const audio = audioOf(frames)
  expectEqual(
    'idx',
    audio.map(({ idx }) => idx),
    audio.map((_, at) => firstIdx + at),
  )
  const rates = new Set(audio.map(({ sr }) => Number(sr)))
  expect(rates.size <= 1, `one answer has several rates: ${[...rates].join(', ')}`)
  const rate = [...rates][0] ?? Number.NaN
  const samples = audio.reduce((sum, piece) => sum + Number(piece['samples']), 0)
  return { samples, seconds: samples === 0 ? 0 : samples / rate, pieces: audio.length, rate }
}

type Word = { word: string; start_ms: number; end_ms: number; char_start: number; char_end: number }

export const wordsOf = (frames: Frame[]): Word[] =>
  frames
    .filter(({ kind }) => kind === 'word_timestamps')
    .flatMap(({ body }) => body['word_timestamps'] as Word[])

/** That words are in order, and where they say they are. */
export function expectWordsOf(text: string, words: Word[]): void {
  let end = 0
  for (const { word, start_ms, end_ms, char_start, char_end } of words) {
    expect(end_ms >= start_ms, `"${word}" is from ${start_ms} to ${end_ms} ms`)
    expect(
      char_start >= end && char_end > char_start && char_end <= text.length,
      `"${word}" is at ${char_start} to ${char_end} of a text of ${text.length}`,
    )
    end = char_end
  }
}

/** That a socket takes the six settings, and no others. */
export async function expectSettings(reader: FrameReader): Promise<void> {
  const settings = {
    cfg_scale: 1.5,
    temperature: 0.3,
    speed: 1.1,
    max_new_tokens: 2048,
    language: 'en',
    normalize: true,
  }
  reader.send({ update_settings: settings })
  const { body } = await reader.next('settings_updated')
  expectEqual('settings', body['settings'], settings)
  for (const wrong of [{ voice_id: 1 }, { speed: 3 }]) {
    reader.send({ update_settings: wrong })
    const error = await reader.next('error')
    expectEqual(`${JSON.stringify(wrong)}: error_code`, error.body['error_code'], 'VALIDATION_ERROR')
  }
}
