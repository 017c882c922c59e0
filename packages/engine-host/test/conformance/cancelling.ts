import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from '../../src/audio/formats.ts'
import type { Subject } from '../conformance.ts'
import { speak, startJob } from '../spoken.ts'
import { SENTENCE } from './texts.ts'

/** `cancel`, with every kind of encoder open. */
export function cancels({ host, voice }: Subject): void {
  for (const format of FORMATS) {
    test(`a cancelled job of ${format.codec} falls silent, and the host goes on`, async () => {
      const lines = Array.from({ length: LINES }, () => ({ text: SENTENCE }))
      const job = startJob(host(), { voice: voice(), format, lines })
      await host().until((frames) => frames.find((frame) => frame.type === 'audio' && frame.job === job))
      host().send({ cmd: 'cancel', job })
      // By the end of a job that was sent later, the cancel has been seen.
      await speak(host(), { voice: voice(), format, lines: [{ text: SENTENCE }] })
      const heard = host().frames.filter((frame) => frame.job === job)
      await speak(host(), { voice: voice(), format, lines: [{ text: SENTENCE }] })
      assert.equal(host().frames.filter((frame) => frame.job === job).length, heard.length)
      assert.ok(heard.filter(({ type }) => type === 'passage').length < LINES)
      assert.ok(heard.every(({ type }) => type !== 'done' && type !== 'error'))
    })
  }

  test('commands that were under way to a cancelled job are no mistakes', async () => {
    const job = startJob(host(), { voice: voice(), format: FORMATS[0], lines: [{ text: SENTENCE }] })
    host().send({ cmd: 'cancel', job })
    host().send({ cmd: 'say', job, passage: 1, text: SENTENCE, speed: 1, lead_ms: 0 })
    host().send({ cmd: 'finish', job })
    await speak(host(), { voice: voice(), format: FORMATS[0], lines: [{ text: SENTENCE }] })
    assert.ok(host().frames.every((frame) => frame.job !== job || frame.type !== 'error'))
  })
}

const LINES = 50

const FORMATS: [Format, ...Format[]] = [
  { codec: 'pcm_s16le', sampleRate: 16_000 },
  { codec: 'flac', sampleRate: 24_000 },
  { codec: 'mp3', sampleRate: 24_000, bitrateKbps: 64 },
  { codec: 'opus', sampleRate: 48_000, bitrateKbps: 64 },
]
