import { type Check, expect, expectEqual, expectMembers } from '../check.ts'
import type { Frame, Kind } from '../frame.ts'
import type { FrameReader } from '../frame-reader.ts'
import { onSocket, type Subject } from '../subject.ts'
import { expectSettings, heardOf, LONG } from './speak.ts'
import { chunksOf } from './stream.ts'

const PATH = '/ws/tts/multi'
const CONTEXTS_MAX = 20

/** `/ws/tts/multi`: section 5.3 of the wire reference. */
export const contextChecks: Check[] = [
  {
    name: 'multi.create',
    promise: 'the first text of a context, blank as it is, is answered by context_created at once',
    run: onSocket(PATH, async (reader) => {
      for (const id of ['one', 'two']) await create(reader, id)
      return undefined
    }),
  },
  {
    name: 'multi.speak',
    promise: 'a flush is answered by its chunks and final; a close by final and context_closed with usage',
    run: onSocket(PATH, async (reader) => {
      await create(reader, 'one')
      reader.send({ text: 'Hello there.', context_id: 'one', flush: true })
      const frames = await reader.until('final')
      expectContext(frames, 'one')
      expect(chunksOf(frames.slice(0, -1), 0).seconds > 0, 'no audio came')
      reader.send({ context_id: 'one', close_context: true })
      await nextOf(reader, 'one', 'final')
      const { usage } = (await nextOf(reader, 'one', 'context_closed')).body
      expectMembers('usage', usage, { audio_seconds: 'number' })
      return undefined
    }),
  },
  {
    name: 'multi.two-contexts',
    promise: 'contexts speak side by side, each in its own order',
    run: onSocket(PATH, async (reader) => {
      const ids = ['one', 'two']
      for (const context_id of ids)
        reader.send({ text: `This is context ${context_id}.`, context_id, flush: true })
      const frames: Frame[] = []
      while (frames.filter(({ kind }) => kind === 'final').length < ids.length)
        frames.push(await reader.next())
      for (const id of ids) {
        const own = frames.filter(({ body }) => body['context_id'] === id)
        expectEqual(`the first frame of ${id}`, own[0]?.kind, 'context_created')
        expectEqual(`the last frame of ${id}`, own.at(-1)?.kind, 'final')
        expect(heardOf(own, 0).samples > 0, `no audio came for ${id}`)
      }
      return undefined
    }),
  },
  {
    name: 'multi.immediate-close',
    promise: 'an immediate close is answered by context_closed, without final',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: LONG, context_id: 'one', flush: true })
      reader.send({ context_id: 'one', close_context: true, immediate: true })
      const frames = await reader.until('context_closed')
      expect(!frames.some(({ kind }) => kind === 'final'), 'final came before context_closed')
      await expectUsable(reader)
      return undefined
    }),
  },
  {
    name: 'multi.graceful-close',
    promise: 'a close speaks what is queued first, and a second one does no harm',
    run: onSocket(PATH, async (reader) => {
      reader.send({ text: 'Queued and not flushed.', context_id: 'one' })
      for (let times = 0; times < 2; times++) reader.send({ context_id: 'one', close_context: true })
      const frames = await reader.until('context_closed')
      expect(heardOf(frames, 0).samples > 0, 'the queued text was not spoken')
      await expectUsable(reader)
      return undefined
    }),
  },
  {
    name: 'multi.warm-up',
    promise: 'a frame without a context that wants nothing is ignored',
    run: (subject) => ignored(subject, { text: '', model_id: 'kugel-3' }),
  },
  {
    name: 'multi.keep-alive',
    promise: 'an empty text keeps a context alive, speaks nothing and creates nothing',
    run: (subject) => ignored(subject, { text: '', context_id: 'none' }),
  },
  {
    name: 'multi.too-many',
    promise: 'the 21st context is TOO_MANY_CONTEXTS, and named in the error',
    run: onSocket(PATH, async (reader) => {
      for (let at = 0; at < CONTEXTS_MAX; at++) await create(reader, `c${at}`)
      reader.send({ text: ' ', context_id: 'one too many' })
      const { body } = await reader.next('error')
      expectEqual('error_code', body['error_code'], 'TOO_MANY_CONTEXTS')
      expectEqual('context_id', body['context_id'], 'one too many')
      return undefined
    }),
  },
  {
    name: 'multi.timeout',
    promise: 'a context that nothing is sent for ends with context_timeout after its inactivity_timeout',
    run: onSocket(PATH, async (reader) => {
      await create(reader, 'one', { inactivity_timeout: 1 })
      await nextOf(reader, 'one', 'context_timeout')
      return undefined
    }),
  },
  {
    name: 'multi.error',
    promise: 'an error names its context; the others go on',
    run: onSocket(PATH, async (reader) => {
      const nobody = { voice_settings: { voice_id: 999_999_999 } }
      reader.send({ text: 'Nobody says this.', context_id: 'bad', flush: true, ...nobody })
      await nextOf(reader, 'bad', 'context_created')
      const { body } = await nextOf(reader, 'bad', 'error')
      expectEqual('error_code', body['error_code'], 'NOT_FOUND')
      await expectUsable(reader)
      return undefined
    }),
  },
  {
    name: 'multi.update-settings',
    promise: 'update_settings is acknowledged; a member it does not take is VALIDATION_ERROR',
    run: async (subject) => {
      await expectSettings(await subject.open(PATH))
      return undefined
    },
  },
  {
    name: 'multi.close-socket',
    promise: 'close_socket is answered by session_closed and the close code 1000',
    run: onSocket(PATH, async (reader) => {
      await create(reader, 'one')
      reader.send({ close_socket: true })
      await reader.until('session_closed')
      expectEqual('close code', await reader.closeCode(), 1000)
      return undefined
    }),
  },
]

/** Creates a context as official clients do. */
async function create(reader: FrameReader, context_id: string, settings: object = {}): Promise<void> {
  reader.send({ text: ' ', context_id, ...settings })
  await nextOf(reader, context_id, 'context_created')
}

async function nextOf(reader: FrameReader, contextId: string, kind: Kind): Promise<Frame> {
  const frame = await reader.next(kind)
  expectContext([frame], contextId)
  return frame
}

function expectContext(frames: Frame[], contextId: string): void {
  for (const { kind, body } of frames) expectEqual(`${kind}: context_id`, body['context_id'], contextId)
}

/** That a message is answered by nothing: what comes next is the answer to what is sent after it. */
async function ignored(subject: Subject, message: object): Promise<undefined> {
  const reader = await subject.open(PATH)
  reader.send(message)
  reader.send({ update_settings: { normalize: true } })
  await reader.next('settings_updated')
  await expectUsable(reader)
  return undefined
}

async function expectUsable(reader: FrameReader): Promise<void> {
  reader.send({ text: 'Still here.', context_id: 'another', flush: true })
  await nextOf(reader, 'another', 'context_created')
  const frames = await reader.until('final')
  expectContext(frames, 'another')
  expect(heardOf(frames, 0).samples > 0, 'no audio came')
}
