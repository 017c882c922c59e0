import { type Check, expect, expectEqual } from '../check.ts'
import { type Answer, expectFlatError, expectStatus } from '../subject.ts'

const TEXT = 'Hello there, this is a short test.'

/** Formats of section 7, and what each must say of itself. */
const FORMATS = [
  { token: 'pcm_8000', type: 'audio/pcm', format: 'pcm_s16le', rate: 8_000, bytes: 2 },
  { token: 'pcm_16000', type: 'audio/pcm', format: 'pcm_s16le', rate: 16_000, bytes: 2 },
  { token: 'pcm_22050', type: 'audio/pcm', format: 'pcm_s16le', rate: 22_050, bytes: 2 },
  { token: 'pcm_24000', type: 'audio/pcm', format: 'pcm_s16le', rate: 24_000, bytes: 2 },
  { token: 'ulaw_8000', type: 'audio/basic', format: 'mulaw', rate: 8_000, bytes: 1 },
  { token: 'alaw_8000', type: 'audio/basic', format: 'alaw', rate: 8_000, bytes: 1 },
]
/** How much the length of one text may differ between two answers: engines need not be deterministic. */
const LENGTH_TOLERANCE = 0.25

/** What is wrong with a request, and what is answered. */
const REFUSED: [string, object | string, number, string | undefined][] = [
  ['no text', { model_id: 'kugel-3' }, 400, undefined],
  ['an empty text', { text: '' }, 400, undefined],
  ['a blank text', { text: '   ' }, 400, undefined],
  ['a text of 10,001 characters', { text: 'a'.repeat(10_001) }, 400, undefined],
  ['a text that is a number', { text: 7 }, 400, 'VALIDATION_ERROR'],
  ['JSON that is none', '{"text": ', 400, 'VALIDATION_ERROR'],
  ['an unknown model', { text: TEXT, model_id: 'kugel-0' }, 400, 'VALIDATION_ERROR'],
  ['an unknown format', { text: TEXT, output_format: 'tape_7' }, 400, 'VALIDATION_ERROR'],
  ['a sample rate nobody has', { text: TEXT, sample_rate: 7 }, 400, 'VALIDATION_ERROR'],
  [
    'a sample rate that contradicts its format',
    { text: TEXT, output_format: 'pcm_16000', sample_rate: 8000 },
    400,
    'VALIDATION_ERROR',
  ],
  ['speed 1.3', { text: TEXT, speed: 1.3 }, 400, 'VALIDATION_ERROR'],
  ['temperature 2', { text: TEXT, temperature: 2 }, 400, 'VALIDATION_ERROR'],
  ['a language nobody speaks', { text: TEXT, language: 'xx' }, 400, 'VALIDATION_ERROR'],
  ['a voice nobody has', { text: TEXT, voice_id: 999_999_999 }, 404, 'NOT_FOUND'],
]

/** `POST /v1/tts/generate`: section 4.1 of the wire reference. */
export const generateChecks: Check[] = [
  {
    name: 'generate.text-and-model',
    promise: 'a text and a model are enough: 24 kHz PCM, marked as made by a machine',
    run: async (subject) => {
      const answer = await subject.generate({ text: TEXT, model_id: 'kugel-3' })
      const seconds = expectAudio(answer, { type: 'audio/pcm', format: 'pcm_s16le', rate: 24_000, bytes: 2 })
      expectEqual('X-KugelAudio-AI-Generated', answer.headers.get('x-kugelaudio-ai-generated'), 'true')
      expect(
        answer.bytes.some((byte) => byte !== 0),
        'the audio is silence',
      )
      return `${seconds.toFixed(2)} s of audio`
    },
  },
  {
    name: 'generate.legacy-models',
    promise: 'earlier model ids and the earlier route still speak',
    run: async (subject) => {
      for (const model_id of ['kugel-2.5', 'kugel-2-turbo'])
        expectStatus(model_id, await subject.generate({ text: TEXT, model_id }), 200)
      expectStatus('POST /predict', await subject.generate({ text: TEXT }, '/predict'), 200)
      return undefined
    },
  },
  {
    name: 'generate.formats',
    promise: 'every output_format is what it says, and as long as the others',
    run: async (subject) => {
      const lengths: number[] = []
      for (const { token, ...format } of FORMATS)
        lengths.push(expectAudio(await subject.generate({ text: TEXT, output_format: token }), format))
      const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)]
      expect(
        longest <= shortest * (1 + LENGTH_TOLERANCE),
        `one text is from ${shortest.toFixed(2)} to ${longest.toFixed(2)} s long, by its format`,
      )
      return `${FORMATS.length} formats`
    },
  },
  {
    name: 'generate.sample-rates',
    promise: 'sample_rate decides without output_format, and 24000 beside one is no contradiction',
    run: async (subject) => {
      const format = { type: 'audio/pcm', format: 'pcm_s16le', bytes: 2 }
      expectAudio(await subject.generate({ text: TEXT, sample_rate: 44_100 }), { ...format, rate: 44_100 })
      expectAudio(await subject.generate({ text: TEXT, sample_rate: 24_000, output_format: 'pcm_8000' }), {
        ...format,
        rate: 8_000,
      })
      return undefined
    },
  },
  {
    name: 'generate.lenient',
    promise: 'cfg_scale is clamped, and max_new_tokens to 2048 accepted',
    run: async (subject) => {
      for (const wish of [{ cfg_scale: 9 }, { cfg_scale: 0.1 }, { max_new_tokens: 2048 }])
        expectStatus(JSON.stringify(wish), await subject.generate({ text: TEXT, ...wish }), 200)
      return undefined
    },
  },
  {
    name: 'generate.refused',
    promise: 'bad requests are 400 or 404 in the flat envelope, never 422 or 5xx',
    run: async (subject) => {
      for (const [about, body, status, errorCode] of REFUSED)
        expectFlatError(about, await subject.ask('/v1/tts/generate', { body }), status, errorCode)
      return `${REFUSED.length} requests`
    },
  },
]

/** That an answer is audio of a format. Returns its length in seconds. */
function expectAudio(
  answer: Answer,
  wanted: { type: string; format: string; rate: number; bytes: number },
): number {
  const about = `${wanted.format} at ${wanted.rate} Hz`
  expectStatus(about, answer, 200)
  const said = (name: string): string | null => answer.headers.get(name)
  expectEqual(`${about}: Content-Type`, said('content-type')?.split(';')[0], wanted.type)
  expectEqual(`${about}: X-Sample-Rate`, said('x-sample-rate'), String(wanted.rate))
  expectEqual(`${about}: X-Audio-Format`, said('x-audio-format'), wanted.format)
  const { length } = answer.bytes
  expect(length > 0 && length % wanted.bytes === 0, `${about}: ${length} bytes are no whole samples`)
  return length / wanted.bytes / wanted.rate
}
