import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ContextClient } from './harness/context-client.ts'
import { answerOf } from './harness/expect-failure.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_DEFAULT_PLAN: 'enterprise' } })
  key = (await server.createKey()).key
})
after(() => server.stop())

const nested = (open: string, close: string, times: number): string =>
  `${open.repeat(times)}word${close.repeat(times)}`

/** Texts that hold one word between what may be taken for tags. */
const HOSTILE: [string, string][] = [
  ['a tag that is never closed', '<prosody rate="slow">word'],
  ['a spelling that is never closed', '<spell>word'],
  ['a tag that is never whole', 'word <prosody rate="slo'],
  ['a close that nobody opened', 'word</prosody></spell>'],
  ['tags closed in another order', '<prosody rate="fast"><spell>word</prosody></spell>'],
  ['300 tags nested', nested('<prosody rate="fast">', '</prosody>', 300)],
  ['a thousand tags nested', nested('<a>', '</a>', 1_000)],
  ['a thousand spellings opened', `${'<spell>'.repeat(1_000)}word`],
  ['a thousand closes', `word${'</spell>'.repeat(1_000)}`],
  ['nothing but the beginnings of tags', `word ${'<'.repeat(900)}`],
  ['a tag of 900 digits', `<prosody rate="${'1'.repeat(900)}">word</prosody>`],
  ['slashes that promise a pronunciation', `word ${'/'.repeat(900)}`],
]

for (const [what, text] of HOSTILE) {
  test(`the word is spoken on every route, and the socket goes on: ${what}`, async () => {
    const answer = await generate(server, key, { text, language: 'en' })
    if (answer.status !== 200) assert.fail((await answerOf(answer)).body)
    const whole = (await bytesOf(answer)).length / 2
    assert.ok(whole >= 4_000, `${whole} samples`)

    const speak = await SpeakClient.open(server, key)
    assert.equal((await speak.speak({ text, language: 'en' })).samples, whole)
    assert.ok((await speak.speak('again')).samples > 0)
    await speak.close()

    const stream = await StreamClient.open(server, key)
    // In pieces that cut every tag.
    for (let at = 0; at < text.length; at += 7) stream.send({ text: text.slice(at, at + 7), language: 'en' })
    stream.send({ flush: true })
    assert.equal((await stream.turn()).samples, whole)
    assert.ok((await stream.speak({ text: 'again', flush: true })).samples > 0)
    await stream.close()

    const contexts = await ContextClient.open(server, key)
    contexts.send({ text, context_id: 'a', flush: true, language: 'en' })
    assert.equal((await contexts.until('final', 'error')).at(-1)?.kind, 'final')
    await contexts.close()
  })
}
