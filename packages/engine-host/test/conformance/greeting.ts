import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CODECS, type HelloPayload, PROTOCOL_VERSION } from '../../src/protocol.ts'
import type { Subject } from '../conformance.ts'

/** `hello` and `ready`. */
export function greets({ host }: Subject): void {
  const helloOf = (): HelloPayload => {
    const [first] = host().frames
    assert.equal(first?.type, 'hello')
    return first.hello
  }

  test('says hello first and ready next, each once, as job 0', () => {
    const greetings = host().frames.filter(({ type }) => type === 'hello' || type === 'ready')
    assert.deepEqual(
      greetings.map(({ type, job }) => [type, job]),
      [
        ['hello', 0],
        ['ready', 0],
      ],
    )
    assert.equal(helloOf().protocol, PROTOCOL_VERSION)
  })

  test('names itself, its codecs and its rate', () => {
    const { engine, version, backend, codecs, sample_rate } = helloOf()
    for (const text of [engine, version, backend]) assert.match(text, /\S/)
    assert.ok(codecs.includes('pcm_s16le'))
    for (const codec of codecs) assert.ok(CODECS.includes(codec), codec)
    assert.ok(Number.isInteger(sample_rate) && sample_rate >= 8_000)
  })

  test('offers voices with ids and handles of their own, and a default only among them', () => {
    const { voices, default_voices } = helloOf()
    assert.ok(voices.length > 0)
    const handles = new Set(voices.map(({ handle }) => handle))
    assert.equal(handles.size, voices.length)
    assert.equal(new Set(voices.map(({ id }) => id)).size, voices.length)
    for (const { id, handle, name, languages, sex } of voices) {
      assert.ok(Number.isInteger(id) && id > 0, handle)
      assert.match(handle, /^[a-z0-9+-]+$/)
      assert.match(name, /\S/)
      assert.ok(languages.length > 0, handle)
      assert.ok(sex === null || ['male', 'female', 'neutral'].includes(sex), handle)
    }
    for (const [language, handle] of Object.entries(default_voices)) {
      const voice = voices.find((one) => one.handle === handle)
      assert.ok(voice?.languages.includes(language), `${language}: ${handle}`)
    }
  })
}
