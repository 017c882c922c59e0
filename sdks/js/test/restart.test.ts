import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toneSamples } from '../../../packages/server/test/engines/tone-speech.ts'
import { Machine } from '../../../packages/server/test/harness/processes.ts'
import { KugelAudio, type KugelAudioError, type SpeechEvent } from '../src/index.ts'

/** So slow that it is still being spoken when the server is gone. */
const LONG = `Begun. #slow:fjj ${'word '.repeat(50)}`

test('a server that is killed in the midst of speech and started again: what was heard is told, the next is whole', async () => {
  await using machine = await Machine.open()
  const { key } = await machine.createKey('sdk')
  const first = await machine.serve()
  const { port } = new URL(first.url)
  const client = new KugelAudio({ apiKey: key, apiUrl: first.url })
  const session = await client.tts.streamingSession().connect()
  const samplesOf: Record<string, number> = {}
  const contexts = await client.tts.createMultiContextSession().connect({
    onChunk: ({ samples }, id) => {
      samplesOf[id] = (samplesOf[id] ?? 0) + samples
    },
  })

  const heard: SpeechEvent['type'][] = []
  await assert.rejects(
    async () => {
      for await (const event of client.tts.stream({ text: LONG })) {
        if (!heard.includes('audio')) await first.stop('SIGKILL')
        heard.push(event.type)
      }
    },
    (error: KugelAudioError) => error.name === 'ConnectionError' && error.deliveredChunks === heard.length,
  )

  // It waits for the server as long as its tries last; a slow machine may need longer.
  const next = client.tts.generate({ text: 'After the restart' }).catch(() => null)
  const second = await machine.serve({ KUGELAUDIO_PORT: port })
  const spoken = (await next) ?? (await client.tts.generate({ text: 'After the restart' }))
  assert.equal(spoken.samples, toneSamples('After the restart'))

  let samples = 0
  for await (const event of session.speak('The session too'))
    if (event.type === 'audio') samples += event.chunk.samples
  assert.equal(samples, toneSamples('The session too'))
  await session.close()

  contexts.send('a', 'And contexts', true)
  contexts.send('b', 'Each of them', true)
  await contexts.drained()
  assert.deepEqual(samplesOf, { a: toneSamples('And contexts'), b: toneSamples('Each of them') })
  contexts.close()
  client.close()
  await second.stop()
})
