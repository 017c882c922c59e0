import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from '../../src/audio/formats.ts'
import type { Subject } from '../conformance.ts'
import { refusal, speak } from '../spoken.ts'
import { SENTENCE } from './texts.ts'

/** Errors: which, and that nothing else comes of them. */
export function refusesWhatIsWrong({ host, voice }: Subject): void {
  const stillSpeaks = () => speak(host(), { voice: voice(), format: PLAIN, lines: [{ text: SENTENCE }] })

  test('a line that names no job is answered as job 0, and the host goes on', async () => {
    for (const line of LINES_OF_NO_JOB) {
      const from = host().frames.length
      host().sendLine(line)
      const error = await host().until((frames) => frames.slice(from).find(({ type }) => type === 'error'))
      assert.equal(error.job, 0, line.slice(0, 60))
      assert.equal(error.type === 'error' && error.error.code, 'bad_command')
    }
    await stillSpeaks()
  })

  for (const [name, fields] of Object.entries(BAD_FIELDS)) {
    test(`${name} is a bad command`, async () => {
      const job = host().newJob()
      const open = { cmd: 'open', job, voice: voice(), codec: 'pcm_s16le', sample_rate: 24_000, words: true }
      const say = { cmd: 'say', job, passage: 0, text: SENTENCE, speed: 1, lead_ms: 0 }
      const lines = [{ ...open, ...fields.open }, ...(fields.say ?? []).map((one) => ({ ...say, ...one }))]
      // In one write: what comes after a job has ended is ignored, so the last line must not come late.
      host().sendLine(lines.map((line) => JSON.stringify(line)).join('\n'))
      const error = await host().until((frames) =>
        frames.find((frame) => frame.type === 'error' && frame.job === job),
      )
      assert.equal(error.type === 'error' && error.error.code, 'bad_command')
      await stillSpeaks()
    })
  }

  test('an unknown voice is a bad voice', async () => {
    for (const unknown of ['', 'nobody', '../../etc/passwd', '__proto__', 'x'.repeat(5_000)]) {
      const error = await refusal(host(), { voice: unknown, format: PLAIN, lines: [{ text: SENTENCE }] })
      assert.equal(error.code, 'bad_voice')
    }
    await stillSpeaks()
  })

  test('a format that cannot be encoded is a bad format', async () => {
    for (const format of BAD_FORMATS) {
      const error = await refusal(host(), { voice: voice(), format, lines: [{ text: SENTENCE }] })
      assert.equal(error.code, 'bad_format', JSON.stringify(format))
    }
    await stillSpeaks()
  })

  test('an error is the last frame of its job', async () => {
    const error = await refusal(host(), { voice: 'nobody', format: PLAIN, lines: [{ text: SENTENCE }] })
    await stillSpeaks()
    const errors = host().frames.filter((frame) => frame.type === 'error' && frame.error === error)
    const [{ job } = { job: -1 }] = errors
    assert.equal(host().frames.filter((frame) => frame.job === job).length, 1)
  })
}

const PLAIN: Format = { codec: 'pcm_s16le', sampleRate: 24_000 }

const LINES_OF_NO_JOB = [
  'hello?',
  '{',
  '[]',
  'null',
  '42',
  '{}',
  '{"cmd":"open"}',
  '{"cmd":"cancel","job":0}',
  '{"cmd":"cancel","job":-1}',
  '{"cmd":"cancel","job":1.5}',
  '{"cmd":"cancel","job":"1"}',
  `{"cmd":"say","text":"${'x'.repeat(1_000_000)}"}`,
]

/** Fields that spoil a command. */
const BAD_FIELDS: Record<string, { open?: object; say?: object[] }> = {
  'an unknown command': { open: { cmd: 'sing' } },
  'an unknown codec': { open: { codec: 'vorbis' } },
  'a voice that is no text': { open: { voice: 7 } },
  'words that are neither true nor false': { open: { words: 'yes' } },
  'a passage out of order': { say: [{ passage: 1 }] },
  'a passage said twice': { say: [{}, {}] },
  'a speed of 0': { say: [{ speed: 0 }] },
  'a speed of 9': { say: [{ speed: 9 }] },
  'a speed that is no number': { say: [{ speed: null }] },
  'a negative lead': { say: [{ lead_ms: -1 }] },
  'a lead of a day': { say: [{ lead_ms: 86_400_000 }] },
  'a text that is none': { say: [{ text: 1 }] },
  'a text that is too long': { say: [{ text: 'x'.repeat(2_001) }] },
  'an open job opened again': {
    say: [{ cmd: 'open', voice: 'x', codec: 'wav', sample_rate: 8_000, words: false }],
  },
  'a passage after the end': { say: [{}, { cmd: 'finish' }, { passage: 1 }] },
}

const BAD_FORMATS: Format[] = [
  { codec: 'pcm_s16le', sampleRate: 12_345 },
  { codec: 'mulaw', sampleRate: 24_000 },
  { codec: 'mp3', sampleRate: 8_000, bitrateKbps: 64 },
  { codec: 'mp3', sampleRate: 24_000 },
  { codec: 'mp3', sampleRate: 24_000, bitrateKbps: 33 },
  { codec: 'opus', sampleRate: 24_000, bitrateKbps: 64 },
  { codec: 'opus', sampleRate: 48_000, bitrateKbps: 100_000 },
]
