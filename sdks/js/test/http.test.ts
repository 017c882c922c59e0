import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { KugelAudio, type KugelAudioOptions } from '../src/index.ts'
import { Management } from '../src/management.ts'
import { NO_KEY, ScriptedServer } from './harness/scripted-server.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void

async function withAnswers(
  answer: Answer,
  use: (options: KugelAudioOptions, server: ScriptedServer) => Promise<void>,
) {
  await using server = await ScriptedServer.start({ request: answer })
  await use({ apiKey: NO_KEY, apiUrl: server.url }, server)
}

const MODELS = '{"models":[{"id":"m","name":"M"}]}'

test('a read is tried again when the server is busy, not sooner than it says', () =>
  withAnswers(
    (_, response, number) => {
      if (number === 0) return void response.writeHead(503, { 'retry-after': '0' }).end()
      if (number === 1) return void response.socket?.destroy()
      response.end(MODELS)
    },
    async (options, server) => {
      assert.equal((await new KugelAudio(options).models.list())[0]?.id, 'm')
      assert.equal(server.requests, 3)
    },
  ))

test('a write that was not answered is not sent again: it may have been done', () =>
  withAnswers(
    (_, response) => void response.socket?.destroy(),
    async (options, server) => {
      await assert.rejects(new Management(options).keys.create({ name: 'x' }), { name: 'ConnectionError' })
      assert.equal(server.requests, 1)
    },
  ))

test('a rotation that was not answered is sent again, with the same idempotency key', () => {
  const keys = new Set<unknown>()
  return withAnswers(
    (request, response, number) => {
      keys.add(request.headers['idempotency-key'])
      if (number === 0) response.socket?.destroy()
      else response.end('{"key":"ka_new"}')
    },
    async (options, server) => {
      assert.equal((await new Management(options).keys.rotate('key_1')).key, 'ka_new')
      assert.equal(server.requests, 2)
      assert.equal(keys.size, 1)
      assert.ok(![...keys].includes(undefined))
    },
  )
})

test('a redirect is never followed: it would carry the key elsewhere', () =>
  withAnswers(
    (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    async (options) => {
      await assert.rejects(new KugelAudio({ ...options, maxRetries: 0 }).models.list(), {
        name: 'ConnectionError',
      })
    },
  ))

test('an answer that is no JSON is a ProtocolError with its request id', () =>
  withAnswers(
    (_, response) => void response.writeHead(200, { 'x-request-id': 'req_7' }).end('<html>'),
    async (options) => {
      const failing = new KugelAudio(options).models.list()
      await assert.rejects(failing, { name: 'ProtocolError', requestId: 'req_7' })
    },
  ))

test('a server that repeats the key in its error does not make the error hold it', () =>
  withAnswers(
    (_, response) => void response.writeHead(400).end(JSON.stringify({ error: `bad key ${NO_KEY}` })),
    async (options) => {
      await assert.rejects(new KugelAudio(options).models.list(), (error: Error) => {
        return error.name === 'ValidationError' && !inspect(error).includes(NO_KEY)
      })
    },
  ))

test('an abort ends a request, and a wait between two tries, with its reason', () =>
  withAnswers(
    (_, response, number) => {
      if (number === 0) response.writeHead(429, { 'retry-after': '20' }).end()
    },
    async (options, server) => {
      const abort = new AbortController()
      const failing = new KugelAudio(options).models.list({ signal: abort.signal })
      while (server.requests === 0) await new Promise((resolve) => setImmediate(resolve))
      setImmediate(() => abort.abort(new Error('enough')))
      await assert.rejects(failing, /enough/)
      await assert.rejects(
        new KugelAudio(options).models.list({ signal: AbortSignal.abort(new Error('no')) }),
        /no/,
      )
      assert.equal(server.requests, 1)
    },
  ))

test('voices and dictionaries go out and come in by the names of the wire', () => {
  const asked: string[] = []
  return withAnswers(
    async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      asked.push(
        `${request.method} ${request.url} ${request.headers['content-type']?.split(';')[0] ?? ''} ${body.startsWith('--') ? [...body.matchAll(/; name="(\w+)"/g)].map(([, name]) => name) : body}`,
      )
      if (request.url?.includes('references'))
        return void response.end('[{"id":1,"voice_id":2,"reference_text":"x"}]')
      if (request.method === 'DELETE') return void response.writeHead(204).end()
      response.end('{"voices":[],"dictionaries":[{"id":1,"is_active":true}],"total":0,"upserted":2,"id":7}')
    },
    async (options) => {
      const { voices, dictionaries } = new KugelAudio(options)
      await voices.list({ language: 'de', includePublic: false, limit: 5 })
      await voices.get('a/b')
      await voices.create({
        name: 'V',
        sex: 'female',
        supportedLanguages: ['de'],
        referenceFiles: [new Blob(['x'])],
      })
      await voices.update(3, { sampleText: 'Hi' })
      await voices.publish(3)
      assert.deepEqual(await voices.listReferences(3), [{ id: 1, voiceId: 2, referenceText: 'x' }])
      await voices.addReference(3, new Blob(['x']), 'said')
      await voices.deleteReference(3, 4)
      assert.equal(await voices.delete(3), undefined)
      assert.deepEqual(await dictionaries.list({ projectId: 9 }), [{ id: 1, isActive: true }])
      await dictionaries.update(1, { isActive: false })
      await dictionaries.entries.list(1, { search: 'a b', limit: 2 })
      await dictionaries.entries.replaceAll(1, [{ word: 'a', replacement: 'b', caseSensitive: true }])
      assert.deepEqual(asked, [
        'GET /v1/voices?language=de&include_public=false&limit=5  ',
        'GET /v1/voices/a%2Fb  ',
        'POST /v1/voices multipart/form-data metadata,files',
        'PATCH /v1/voices/3 application/json {"sample_text":"Hi"}',
        'POST /v1/voices/3/publish  ',
        'GET /v1/voices/3/references  ',
        'POST /v1/voices/3/references multipart/form-data file,reference_text',
        'DELETE /v1/voices/3/references/4  ',
        'DELETE /v1/voices/3  ',
        'GET /v1/dictionaries?project_id=9  ',
        'PATCH /v1/dictionaries/1 application/json {"is_active":false}',
        'GET /v1/dictionaries/1/entries?search=a+b&limit=2  ',
        'PUT /v1/dictionaries/1/entries application/json {"entries":[{"word":"a","replacement":"b","case_sensitive":true}]}',
      ])
    },
  )
})
