import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  classifyHttpError,
  classifyWsClose,
  classifyWsFrame,
  classifyWsHandshakeError,
} from '../src/classify.ts'
import { resolveEndpoint } from '../src/endpoint.ts'
import * as errors from '../src/errors.ts'
import { parseFrame } from '../src/frames.ts'
import { kindOfKeyText } from '../src/key-text.ts'
import { decideRetry } from '../src/retry.ts'
import { readVectors, snake, snakeCased } from './harness/vectors.ts'

type Named = { name: string }

for (const { name, text, expect } of readVectors<Named & { text: string; expect: string }>('keys.json').cases)
  test(`keys: ${name}: ${expect}`, () => {
    assert.equal(kindOfKeyText(text), expect)
  })

type Endpoint = Named & {
  given: Record<string, unknown>
  env: Record<string, string>
  expect: { error: string; says: string } | { key: string; api_url: string; tts_url: string }
}
for (const { name, given, env, expect } of readVectors<Endpoint>('endpoints.json').cases)
  test(`endpoints: ${name}`, () => {
    const options = Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value]))
    const resolve = () => resolveEndpoint(options, (variable) => env[variable] || undefined)
    if (!('error' in expect)) return assert.deepEqual(snakeCased(resolve()), expect)
    assert.throws(resolve, (error: Error) => {
      assert.equal(error.name, expect.error)
      assert.ok(error.message.includes(expect.says), error.message)
      const key = String(given['api_key'] ?? '').trim()
      assert.ok(key === '' || key.length < 5 || !error.message.includes(key), 'the key is not repeated')
      return true
    })
  })

type Failing = Named & {
  given: {
    http?: { status: number; headers: Record<string, string>; body: string }
    frame?: Record<string, unknown>
    close?: { code: number; reason: string }
    handshake?: { status: number; headers: Record<string, string> }
    now?: string
  }
  expect: Record<string, unknown> & { class: string; message: string; request_id: string | null }
}
for (const { name, given, expect } of readVectors<Failing>('errors.json').cases)
  test(`errors: ${name}: ${expect.class}`, () => {
    const error = errorOf(given)
    const said = {
      class: error.name,
      status_code: error.statusCode ?? null,
      error_code: error.errorCode ?? null,
      message: error.message.replace(/ \(request_id: [^)]*\)$/, ''),
      request_id: error.requestId ?? null,
      retry_after: error.retryAfter ?? null,
      close_code: error.closeCode ?? null,
    }
    assert.deepEqual(said, expect)
    if (expect.request_id !== null) assert.ok(error.message.endsWith(`(request_id: ${expect.request_id})`))
  })

test('errors: every class is there, under its parent', () => {
  const { classes } = readVectors('errors.json') as unknown as { classes: Record<string, string | null> }
  const found = Object.fromEntries(
    Object.values(errors).map((one) => [one.errorName, Object.getPrototypeOf(one).errorName ?? null]),
  )
  assert.deepEqual(found, classes)
})

type Message = Named & { message: string; expect: Record<string, unknown> }
for (const { name, message, expect } of readVectors<Message>('frames.json').cases)
  test(`frames: ${name}`, () => {
    const { invalid } = expect
    if (typeof invalid === 'string') {
      assert.throws(
        () => parseFrame(message),
        (error: Error) => error.name === 'ProtocolError' && error.message.includes(invalid),
      )
      return
    }
    const frame = parseFrame(message)
    const { kind, ...rest } =
      frame.kind === 'error' ? { ...frame, error: undefined, class: frame.error.name } : frame
    assert.deepEqual(snakeCased({ kind: snake(kind), ...rest }), expect)
  })

test('frames: bytes are no message', () => {
  assert.throws(() => parseFrame(new ArrayBuffer(2)), { name: 'ProtocolError' })
})

type Retry = Named & {
  given: Record<string, never>
  retries_max: number
  expect: { retry: false } | { retry: true; delay_ms: [number, number] }
}
for (const { name, given, retries_max, expect } of readVectors<Retry>('retries.json').cases)
  test(`retries: ${name}`, () => {
    const { surface, retries, ...rest } = given
    const failed = Object.fromEntries(Object.entries(rest).map(([key, value]) => [camel(key), value]))
    const decision = decideRetry({ surface, retries, ...failed } as never, retries_max)
    assert.deepEqual(snakeCased(decision), expect)
  })

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase())

function errorOf({ http, frame, close, handshake, now }: Failing['given']): errors.KugelAudioError {
  const nowMs = now === undefined ? 0 : Date.parse(now)
  if (http !== undefined) return classifyHttpError(http.status, http.body, new Headers(http.headers), nowMs)
  if (frame !== undefined) return classifyWsFrame(frame)
  if (close !== undefined) return classifyWsClose(close.code, close.reason)
  assert.ok(handshake)
  return classifyWsHandshakeError(handshake.status, new Headers(handshake.headers), nowMs)
}
