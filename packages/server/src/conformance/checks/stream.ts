import { type Check, expect, expectEqual, expectMembers } from '../check.ts'
import type { Frame } from '../frame.ts'
import type { FrameReader } from '../frame-reader.ts'
import { onSocket } from '../subject.ts'
import { expectSettings, expectWordsOf, heardOf, LONG, wordsOf } from './speak.ts'

const PATH = '/ws/tts/stream'
const TOTALS = {
  total_audio_seconds: 'number',
  total_text_chunks: 'integer',
  total_audio_chunks: 'integer',
} as const
const ROUNDING_S = 0.01

/** `/ws/tts/stream`: section 5.2 of the wire reference. */
export const streamChecks: Check[] = [
  {
    name: 'stream.turn',
    promise: 'pieces of text become chunks, then final and session_closed with usage',
    run: onSocket(PATH, async (reader) => {
      for (const text of ['Hello ', 'there. ', 'This is ', 'one turn.']) reader.send({ text, flush: false })
      reader.send({ flush: true })
      const { seconds, chunks } = await turnOf(reader)
      return `${seconds.toFixed(2)} s in ${chunks} chunk${chunks === 1 ? '' : 's'}`
    }),
  },
  {
    name: 'stream.two-turns',
    promise: 'text that comes while a turn is spoken is the next turn, answered after it',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: 'The first turn, which is the longer one of the two.', flush: true })
      reader.send({ text: 'Second.', flush: true })
      const [first, second] = [await turnOf(reader), await turnOf(reader)]
      expect(
        first.seconds > second.seconds,
        'the second turn is longer than the first, whose text is the longer',
      )
      return undefined
    }),
  },
  {
    name: 'stream.empty-flush',
    promise: 'a flush with nothing to speak is answered by final and session_closed',
    run: onSocket(PATH, async (reader) => {
      reader.send({ flush: true })
      const { body } = await reader.next('final')
      expectMembers('final', body, TOTALS)
      expectEqual('final: total_audio_seconds', body['total_audio_seconds'], 0)
      await reader.next('session_closed')
      return undefined
    }),
  },
  {
    name: 'stream.idle-close',
    promise: 'close and end_session with no turn open are answered by session_closed alone',
    run: onSocket(PATH, async (reader) => {
      for (const message of [{ close: true }, { end_session: true }]) {
        reader.send(message)
        await reader.next('session_closed')
      }
      await speak(reader, 'Still here.')
      return undefined
    }),
  },
  {
    name: 'stream.close',
    promise: 'close speaks what is left, and the socket stays',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: 'Not flushed' })
      reader.send({ close: true })
      await turnOf(reader)
      await speak(reader, 'The next turn.')
      return undefined
    }),
  },
  {
    name: 'stream.cancel',
    promise:
      'cancel is answered by interrupted alone, also when idle; the next turn holds nothing of the old one',
    run: onSocket(PATH, async (reader) => {
      reader.send({ cancel: true })
      await reader.next('interrupted')
      reader.send({ text: LONG, flush: true })
      await reader.until('audio')
      reader.send({ cancel: true })
      const frames = await reader.until('interrupted')
      await speak(reader, 'Fresh.')
      return frames.some(({ kind }) => kind === 'final') ? 'the turn was over before the cancel' : undefined
    }),
  },
  {
    name: 'stream.idle-end',
    promise: 'an open turn that nothing comes for is ended after about five seconds',
    run: onSocket(PATH, async (reader) => {
      const startMs = performance.now()
      reader.send({ text: 'Left behind' })
      await turnOf(reader)
      return `after ${((performance.now() - startMs) / 1000).toFixed(1)} s`
    }),
  },
  {
    name: 'stream.error',
    promise: 'a turn that fails is one error frame and nothing more; a close after it is answered',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: 'Nobody says this.', voice_id: 999_999_999, flush: true })
      expectEqual('error_code', (await reader.next('error')).body['error_code'], 'NOT_FOUND')
      reader.send({ close: true })
      await reader.next('session_closed')
      reader.send({ text: 'Somebody does.', voice_id: null, flush: true })
      await turnOf(reader)
      return undefined
    }),
  },
  {
    name: 'stream.word-timestamps',
    promise: 'words come within their chunk, with their places in the text of the turn',
    run: onSocket(PATH, async (reader) => {
      const text = 'One sentence here. And another one there.'
      reader.send({ text, word_timestamps: true, flush: true })
      const words = wordsOf((await turnOf(reader)).frames)
      expect(words.length > 0, 'no word_timestamps came')
      expectWordsOf(text, words)
      return `${words.length} words`
    }),
  },
  {
    name: 'stream.update-settings',
    promise: 'update_settings is acknowledged; a member it does not take is VALIDATION_ERROR',
    run: onSocket(PATH, async (reader) => {
      await expectSettings(reader)
      await speak(reader, 'After the settings.')
      return undefined
    }),
  },
  {
    name: 'stream.close-socket',
    promise: 'close_socket is answered by session_closed and the close code 1000',
    run: onSocket(PATH, async (reader) => {
      reader.send({ close_socket: true })
      await reader.next('session_closed')
      expectEqual('close code', await reader.closeCode(), 1000)
      return undefined
    }),
  },
]

async function speak(reader: FrameReader, text: string): Promise<void> {
  reader.send({ text, flush: true })
  await turnOf(reader)
}

/** Takes a turn to its end, and holds its frames against their order and their totals. */
async function turnOf(reader: FrameReader): Promise<{ frames: Frame[]; seconds: number; chunks: number }> {
  const frames = (await reader.until('session_closed')).filter(({ kind }) => kind !== 'warning')
  const [final, closed] = frames.slice(-2)
  expect(
    final?.kind === 'final',
    `session_closed comes after ${final?.kind ?? 'nothing'}, must come after final`,
  )
  expectMembers('final', final.body, TOTALS)
  expectMembers('session_closed', closed?.body, TOTALS)
  const { chunks, seconds } = chunksOf(frames.slice(0, -2), 0)
  const { pieces, samples } = heardOf(frames, 0)
  expect(samples > 0, 'no audio came')
  for (const totals of [final.body, closed.body]) {
    expectEqual('total_text_chunks', totals['total_text_chunks'], chunks)
    expectEqual('total_audio_chunks', totals['total_audio_chunks'], pieces)
    const told = Number(totals['total_audio_seconds'])
    expect(Math.abs(told - seconds) <= ROUNDING_S, `total_audio_seconds is ${told}; ${seconds} s came`)
  }
  return { frames, seconds, chunks }
}

/** That frames are whole chunks, one after the other, counted up from `firstChunk`. */
export function chunksOf(frames: Frame[], firstChunk: number): { chunks: number; seconds: number } {
  let chunks = 0
  let seconds = 0
  let isOpen = false
  for (const { kind, body } of frames) {
    if (kind === 'generation_started') {
      expect(!isOpen, 'generation_started within a chunk')
      isOpen = true
    } else if (kind === 'audio' || kind === 'word_timestamps') {
      expect(isOpen, `${kind} outside of a chunk`)
    } else if (kind === 'chunk_complete') {
      expect(isOpen, 'chunk_complete without generation_started')
      isOpen = false
    } else expect(false, `${kind} within a turn`)
    expectEqual(`${kind}: chunk_id`, body['chunk_id'], firstChunk + chunks)
    if (kind === 'audio') seconds += Number(body['samples']) / Number(body['sr'])
    if (kind === 'chunk_complete') chunks += 1
  }
  expect(!isOpen, 'the turn ends within a chunk: chunk_complete is missing')
  return { chunks, seconds }
}
