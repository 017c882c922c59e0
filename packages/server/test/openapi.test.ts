import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FAILURES, OUTPUT_FORMATS, ROUTES, type Route, SpeechText } from '@kugelaudio/contract'
import { startServer, type TestServer } from './harness/test-server.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type Operation = {
  operationId: string
  summary: string
  security?: Json[]
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, Json> }> }
  responses: Record<string, { description?: string; $ref?: string; content?: Record<string, Json> }>
}
type Document = {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  security: Record<string, Json>[]
  paths: Record<string, Record<string, Operation>>
  components: {
    securitySchemes: Record<string, { type: string }>
    responses: Record<string, { description: string }>
  }
}

const routes: Route[] = Object.values(ROUTES)

let server: TestServer
let document: Document
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey({ scopes: ['speech:generate', 'keys:manage'] })).key
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
})
after(() => server.stop())

const operationOf = (path: string, method: string): Operation => {
  const operation = document.paths[path]?.[method.toLowerCase()]
  assert.ok(operation, `${method} ${path} is documented`)
  return operation
}

test('the document is OpenAPI 3.1 and says where it holds', () => {
  assert.match(document.openapi, /^3\.1\.\d$/)
  assert.ok(document.info.title.length > 0 && document.info.version.length > 0)
  assert.deepEqual(document.servers, [{ url: server.url }])
})

test('every route is in it, and nothing else', () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(documented.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort())
})

test('every operation has a name of its own, a summary, and answers that say what they are', () => {
  const names = new Set<string>()
  for (const { path, method } of routes) {
    const operation = operationOf(path, method)
    names.add(operation.operationId)
    assert.ok(operation.summary.length > 0, path)
    for (const [status, answer] of Object.entries(operation.responses)) {
      assert.match(status, /^([2-5]\d\d|default)$/)
      assert.ok(answer.$ref !== undefined || (answer.description ?? '').length > 0, `${path} ${status}`)
    }
  }
  assert.equal(names.size, routes.length)
})

test('what stands in braces in a path is a parameter, and the other way round', () => {
  for (const { path, method } of routes) {
    const declared = (operationOf(path, method).parameters ?? []).filter(
      (parameter) => parameter.in === 'path',
    )
    assert.deepEqual(
      declared.map(({ name }) => name),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    )
    assert.ok(declared.every(({ required }) => required === true))
  }
})

test('what an operation needs of a key is what the server asks for', async () => {
  assert.ok(document.security.length > 0)
  for (const scheme of document.security.flatMap(Object.keys)) {
    assert.ok(document.components.securitySchemes[scheme], scheme)
  }
  for (const { path, method, access } of routes) {
    const operation = operationOf(path, method)
    assert.equal(operation.security?.length === 0, access === 'open', path)
    const { status } = await fetch(server.url + path.replace('{id}', 'key_x'), { method })
    assert.equal(status === 401, access !== 'open', path)
    if (access !== 'open') assert.ok('401' in operation.responses && '403' in operation.responses, path)
  }
})

test('every reference leads somewhere', () => {
  for (const reference of referencesIn(document)) {
    let at: unknown = document
    for (const name of reference.slice(2).split('/')) at = (at as Record<string, unknown>)[name]
    assert.ok(at !== undefined, reference)
  }
  assert.ok(referencesIn(document).length > 0)
})

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : []
  return [...own, ...Object.values(value).flatMap(referencesIn)]
}

test('every failure is named with its status, once for all operations', () => {
  const { description } = document.components.responses['Failure'] ?? { description: '' }
  for (const [code, { status, message }] of Object.entries(FAILURES)) {
    assert.ok(description.includes(`${status} ${code}: ${message}`), code)
  }
  for (const { path, method } of routes) assert.ok('default' in operationOf(path, method).responses, path)
})

test('what the server answers is documented at the operation', async () => {
  const json = { 'content-type': 'application/json' }
  const probes: [route: Route, headers: Record<string, string>, body: string | null][] = routes.flatMap(
    (route): [Route, Record<string, string>, string | null][] => {
      const withKey = { 'x-api-key': key }
      if (route.body === null)
        return [
          [route, {}, null],
          [route, withKey, null],
        ]
      return [
        [route, json, '{}'],
        [route, { ...withKey, ...json }, '{'],
        [route, { ...withKey, ...json }, '{"text":"a","name":"n","ids":["key_x"]}'],
        [route, { ...withKey, ...json }, 'x'.repeat(300_000)],
        [route, { ...withKey, 'content-type': 'text/plain' }, 'x'],
        [route, { ...withKey, ...json }, '{"text":"...","voice_id":null}'],
        [route, { ...withKey, ...json }, '{"text":"a","voice_id":4711}'],
      ]
    },
  )
  const seen = new Set<number>()
  for (const [route, headers, body] of probes) {
    const path = route.path.replace('{id}', 'key_x')
    const answer = await fetch(server.url + path, { method: route.method, headers, body })
    await answer.arrayBuffer()
    seen.add(answer.status)
    const documented = operationOf(route.path, route.method).responses
    assert.ok(String(answer.status) in documented, `${route.operationId} answered ${answer.status}`)
  }
  assert.deepEqual(
    [200, 400, 401, 404, 413, 415].filter((status) => !seen.has(status)),
    [],
  )
})

test('a made key is documented as 201, and the server answers so', async () => {
  const answer = await fetch(`${server.url}/v1/api-keys`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: '{"name":"made"}',
  })
  assert.equal(answer.status, 201)
  assert.ok('201' in operationOf('/v1/api-keys', 'POST').responses)
  assert.ok(!('200' in operationOf('/v1/api-keys', 'POST').responses))
})

test('the schema of a request for speech says its fields, its limits and that nothing else is taken', () => {
  const body = operationOf('/v1/tts/generate', 'POST').requestBody
  assert.equal(body?.required, true)
  const schema = body.content['application/json']?.schema
  assert.deepEqual(schema?.['required'], ['text'])
  assert.equal(schema?.['additionalProperties'], false)
  const properties = schema?.['properties'] as Record<string, Record<string, Json>>
  assert.equal(properties['text']?.['maxLength'], 10_000)
  assert.equal(SpeechText.safeParse('a'.repeat(10_001)).success, false)
  assert.ok(
    ['voice_id', 'output_format', 'sample_rate', 'speed', 'language'].every((name) => name in properties),
  )
})

test('where an answer can come line by line, the document says what a line is', () => {
  for (const { method, path, answer } of routes) {
    const isLines = 'json' in answer && answer.lines !== undefined
    const content = Object.values(operationOf(path, method).responses).map(({ content = {} }) => content)
    assert.equal(
      content.some((types) => 'application/jsonl' in types),
      isLines,
      path,
    )
  }
})

test('the content types of audio are those that formats have', () => {
  const content = Object.keys(operationOf('/v1/tts/generate', 'POST').responses['200']?.content ?? {})
  assert.deepEqual(
    new Set(content),
    new Set([...OUTPUT_FORMATS.values()].map(({ contentType }) => contentType)),
  )
})

test('the table of failures: statuses are errors that clients classify, close codes may be sent', () => {
  for (const [code, row] of Object.entries(FAILURES)) {
    assert.match(code, /^[A-Z][A-Z_]+$/)
    assert.ok(row.status >= 400 && row.status <= 599, code)
    assert.notEqual(row.status, 422, `${code}: official clients have no class for it`)
    // RFC 6455, section 7.4: 1005, 1006 and 1015 are never sent; 4000 to 4999 are ours.
    const isOurs = row.close >= 4_000 && row.close <= 4_999
    assert.ok(isOurs || [1009, 1011, 1012, 1013].includes(row.close), code)
    assert.ok(row.message.length > 0 && row.message.length <= 123, `${code}: fits a close frame`)
    if (row.status === 429 || row.status === 503) assert.ok(row.retryable, code)
    if (row.status < 500 && ![408, 429].includes(row.status)) assert.ok(!row.retryable, code)
  }
})

test('what official clients classify by code has the status and close code they classify by', () => {
  const classes: Record<string, [status: number, close: number]> = {
    UNAUTHORIZED: [401, 4001],
    INSUFFICIENT_CREDITS: [402, 4003],
    RATE_LIMITED: [429, 4029],
    TOO_MANY_CONTEXTS: [429, 4029],
    MODEL_UNAVAILABLE: [503, 4500],
    VALIDATION_ERROR: [400, 4000],
    NOT_FOUND: [404, 4000],
    INTERNAL_ERROR: [500, 4000],
    EMPTY_AUDIO: [400, 4000],
  }
  for (const [code, expected] of Object.entries(classes)) {
    const row = FAILURES[code as keyof typeof FAILURES]
    assert.deepEqual([row.status, row.close], expected, code)
  }
})
