import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CheckResult } from '../src/conformance/check.ts'
import { CHECKS } from '../src/conformance/checks.ts'
import { runChecks } from '../src/conformance/conformance.ts'
import {
  type Fault,
  type ProxiedAnswer,
  type ProxiedFrame,
  startFaultyProxy,
} from './harness/faulty-proxy.ts'
import { Machine, type Served } from './harness/processes.ts'
import { bytesOf, generate } from './harness/speech.ts'

let machine: Machine
let server: Served
let key: string
let managementKey: string
before(async () => {
  machine = await Machine.open()
  key = (await machine.createKey('plain')).key
  managementKey = (await machine.createKey('manager', ['--scopes', 'keys:manage,speech:generate'])).key
  server = await machine.serve()
  // It is ready once its engine has spoken.
  await bytesOf(await generate(server, key, { text: 'Ready?' }))
})
after(() => machine[Symbol.asyncDispose]())

const keys = (): Record<string, string> => ({
  KUGELAUDIO_API_KEY: key,
  KUGELAUDIO_MANAGEMENT_KEY: managementKey,
})

test('a real server passes every check, and no key is repeated', async () => {
  const words = ['conformance', `${server.url}/`, '--json']
  const { code, stdout, stderr } = await machine.runAlone(words, { environment: keys() })
  const report = JSON.parse(stdout)
  assert.deepEqual(
    report.checks.filter(({ result }: CheckResult) => result !== 'pass'),
    [],
  )
  assert.deepEqual([code, report.passed, report.failed, report.skipped], [0, CHECKS.length, 0, 0])
  // Progress, line by line, for whoever waits.
  assert.equal(stderr.trim().split('\n').length, CHECKS.length)
  for (const secret of [key, managementKey]) assert.ok(!(stdout + stderr).includes(secret))
})

test('without a management key its checks are skipped, and say why; a table is printed', async () => {
  const { code, stdout } = await machine.run(
    ['conformance', server.url, '--only', 'http.models,keys', '--api-key-stdin'],
    {
      input: `${key}\n`,
    },
  )
  assert.equal(code, 0)
  assert.match(stdout, /^ok +http\.models +\d+ ms {2}GET \/v1\/models names kugel-3/m)
  assert.match(stdout, /^skip +keys\.revoked +\d+ ms {2}no management key was given$/m)
  assert.match(stdout, /\n1 passed, 0 failed, 2 skipped\n$/)
})

test('nothing that could be checked is no success', async () => {
  const { code, stdout } = await machine.run(['conformance', server.url, '--only', 'keys', '--api-key', key])
  assert.deepEqual([code, /0 passed, 0 failed, 2 skipped/.test(stdout)], [1, true])
})

for (const [about, words, environment, expected] of [
  ['no key', ['URL'], {}, /api-key: set KUGELAUDIO_API_KEY/],
  ['no address', [], { KUGELAUDIO_API_KEY: 'x' }, /url: name the server/],
  [
    'an address that is none',
    ['ftp://example.com'],
    { KUGELAUDIO_API_KEY: 'x' },
    /url: must begin with http/,
  ],
  [
    'a check that is none',
    ['URL', '--only', 'speak.well'],
    { KUGELAUDIO_API_KEY: 'x' },
    /no such check: speak\.well/,
  ],
  [
    'a timeout that is none',
    ['URL', '--timeout', 'soon'],
    { KUGELAUDIO_API_KEY: 'x' },
    /timeout: must be 1 to 300/,
  ],
  [
    'a key that the server does not know',
    ['URL'],
    { KUGELAUDIO_API_KEY: 'ka_nobody' },
    /does not accept this key/,
  ],
  ['a server that is not there', ['http://127.0.0.1:9'], { KUGELAUDIO_API_KEY: 'x' }, /cannot be reached: /],
] as const) {
  test(`conformance says what is wrong with its arguments: ${about}`, async () => {
    const given = words.map((word) => (word === 'URL' ? server.url : word))
    const { code, stderr } = await machine.run(['conformance', ...given], { environment })
    assert.equal(code, 1)
    assert.match(stderr, expected)
    assert.equal(stderr.trim().split('\n').length, 1)
  })
}

/** Changes the JSON of answers with a status. */
const bodyOf =
  (status: number, change: (body: ProxiedFrame) => unknown) =>
  (_: string, answer: ProxiedAnswer): ProxiedAnswer =>
    answer.status === status ? { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) } : answer

const without =
  (name: string) =>
  (path: string, answer: ProxiedAnswer): ProxiedAnswer => {
    void path
    const { [name]: _, ...headers } = answer.headers
    return { ...answer, headers }
  }

/** Leaves out, or changes, frames of a kind. */
const frames = (kind: string, change: (frame: ProxiedFrame) => (ProxiedFrame | Buffer)[]): Fault => ({
  frame: (frame) => (kind in frame ? change(frame) : [frame]),
})

/** Each breaks one promise; the check of that promise has to find it. */
const FAULTS: [string, string, Fault][] = [
  [
    'a 401 body with one member more',
    'auth.missing',
    { answer: bodyOf(401, (body) => ({ ...body, code: 401 })) },
  ],
  [
    'a 401 in the flat envelope',
    'auth.wrong',
    { answer: bodyOf(401, () => ({ error: 'No', error_code: 'UNAUTHORIZED', code: 401 })) },
  ],
  [
    '400 before 401',
    'auth.every-route',
    { answer: (path, answer) => (path.endsWith('generate') ? { ...answer, status: 400 } : answer) },
  ],
  [
    'X-API-Key is not read',
    'auth.headers',
    {
      answer: (_, answer, asked) =>
        asked.headers['x-api-key'] === undefined ? answer : { ...answer, status: 401 },
    },
  ],
  ['a refused socket closed with 1008', 'auth.socket-refused', { closesRefused: 1008 }],
  [
    'another input length',
    'http.models',
    { answer: bodyOf(200, (body) => ({ models: [{ ...body['models']?.[0], max_input_length: 5_000 }] })) },
  ],
  ['models in an envelope', 'http.models', { answer: bodyOf(200, (body) => ({ data: body })) }],
  [
    'a 404 as HTML',
    'http.unknown-route',
    { answer: (_, answer) => ({ ...answer, headers: { 'content-type': 'text/html' }, body: '<h1>' }) },
  ],
  [
    'a sex that strict clients do not know',
    'http.voices',
    { answer: bodyOf(200, (body) => ({ ...body, voices: [{ id: 1, name: 'a', sex: 'unknown' }] })) },
  ],
  [
    'voices as text',
    'http.voices',
    { answer: bodyOf(200, (body) => ({ ...body, voices: [{ id: '1', name: 'a' }] })) },
  ],
  [
    'a page without its total',
    'dictionaries.entries',
    {
      answer: (path, answer) =>
        path.endsWith('/entries') ? bodyOf(200, ({ total: _, ...body }) => body)(path, answer) : answer,
    },
  ],
  [
    '204 for a deletion',
    'dictionaries.entries',
    {
      answer: (_, answer) =>
        answer.body === '{"deleted":true}' ? { ...answer, status: 204, body: '' } : answer,
    },
  ],
  ['no X-Sample-Rate', 'generate.text-and-model', { answer: without('x-sample-rate') }],
  ['no mark of a machine', 'generate.text-and-model', { answer: without('x-kugelaudio-ai-generated') }],
  [
    'silence',
    'generate.text-and-model',
    { answer: (_, answer) => ({ ...answer, body: '\0'.repeat(answer.body.length) }) },
  ],
  [
    'half of a format',
    'generate.formats',
    {
      answer: (_, answer) =>
        answer.headers['x-audio-format'] === 'mulaw'
          ? { ...answer, body: answer.body.slice(0, answer.body.length / 2) }
          : answer,
    },
  ],
  [
    '422 for 400',
    'generate.refused',
    { answer: (_, answer) => (answer.status === 400 ? { ...answer, status: 422 } : answer) },
  ],
  [
    'a nested 400',
    'generate.refused',
    { answer: bodyOf(400, (body) => ({ error: { message: body['error'], code: 'bad' } })) },
  ],
  ['no final', 'speak.answer', frames('final', () => [])],
  ['audio in final', 'speak.answer', frames('final', (frame) => [{ ...frame, audio: 'AAA=' }])],
  [
    'total_samples of something else',
    'speak.answer',
    frames('final', (frame) => [{ ...frame, total_samples: 1 }]),
  ],
  ['final without rtf', 'speak.answer', frames('final', ({ rtf: _, ...frame }) => [frame])],
  ['idx from 1', 'speak.answer', frames('audio', (frame) => [{ ...frame, idx: frame['idx'] + 1 }])],
  ['audio without samples', 'speak.answer', frames('audio', ({ samples: _, ...frame }) => [frame])],
  [
    'half a sample',
    'speak.answer',
    frames('audio', (frame) => [
      { ...frame, audio: Buffer.from(String(frame['audio']), 'base64').subarray(1).toString('base64') },
    ]),
  ],
  [
    'binary audio',
    'speak.answer',
    frames('audio', (frame) => [Buffer.from(String(frame['audio']), 'base64')]),
  ],
  [
    'two kinds in a frame',
    'stream.turn',
    frames('chunk_complete', (frame) => [{ ...frame, word_timestamps: [] }]),
  ],
  ['requests in another order', 'speak.fifo', { message: swapped }],
  ['words after final', 'speak.word-timestamps', { frame: wordsLate }],
  [
    'words that are null',
    'speak.word-timestamps',
    frames('word_timestamps', (frame) => [{ ...frame, word_timestamps: null }]),
  ],
  [
    'words without their places',
    'speak.word-timestamps',
    frames('word_timestamps', (frame) => [
      {
        ...frame,
        word_timestamps: frame['word_timestamps'].map(({ char_start: _, ...word }: ProxiedFrame) => word),
      },
    ]),
  ],
  ['16 kHz for 8', 'speak.format', frames('audio', (frame) => [{ ...frame, sr: 16_000 }])],
  [
    'a nested error frame',
    'speak.errors',
    frames('error', (frame) => [{ error: { message: frame['error'], code: 'bad' } }]),
  ],
  ['a cancel without an answer', 'speak.cancel', frames('interrupted', () => [])],
  [
    'a voice among the settings',
    'speak.update-settings',
    {
      message: (message) =>
        'voice_id' in (message['update_settings'] ?? {})
          ? { pass: [], answer: [{ settings_updated: true, settings: {} }] }
          : { pass: [message] },
    },
  ],
  ['no pong', 'speak.ping', { answersNoPing: true }],
  ['no session_closed', 'stream.empty-flush', frames('session_closed', () => [])],
  [
    'a final too many',
    'stream.idle-close',
    frames('session_closed', (frame) => [
      { final: true, total_audio_seconds: 0, total_text_chunks: 0, total_audio_chunks: 0 },
      frame,
    ]),
  ],
  [
    'session_closed after an error',
    'stream.error',
    frames('error', (frame) => [frame, { session_closed: true }]),
  ],
  [
    'final after interrupted',
    'stream.cancel',
    frames('interrupted', (frame) => [
      frame,
      { final: true, total_audio_seconds: 0, total_text_chunks: 0, total_audio_chunks: 0 },
    ]),
  ],
  ['no chunk_complete', 'stream.turn', frames('chunk_complete', () => [])],
  [
    'totals of something else',
    'stream.turn',
    frames('session_closed', (frame) => [{ ...frame, total_audio_seconds: 7 }]),
  ],
  [
    'turns that are not ended when idle',
    'stream.idle-end',
    { frame: (frame) => ('final' in frame || 'session_closed' in frame ? [] : [frame]) },
  ],
  ['1011 for 1000', 'stream.close-socket', { close: () => 1011 }],
  ['no context_created', 'multi.create', frames('context_created', () => [])],
  ['context_created late', 'multi.two-contexts', { frame: createdLate }],
  [
    'an error for a warm-up',
    'multi.warm-up',
    {
      message: (message) =>
        message['text'] === ''
          ? { pass: [], answer: [{ error: 'text', error_code: 'VALIDATION_ERROR', code: 400 }] }
          : { pass: [message] },
    },
  ],
  [
    'a keep-alive that creates',
    'multi.keep-alive',
    {
      message: (message) =>
        message['text'] === ''
          ? { pass: [], answer: [{ context_created: true, context_id: 'none' }] }
          : { pass: [message] },
    },
  ],
  [
    'final on an immediate close',
    'multi.immediate-close',
    frames('context_closed', (frame) => [{ final: true, context_id: frame['context_id'] }, frame]),
  ],
  ['frames without their context', 'multi.speak', frames('audio', ({ context_id: _, ...frame }) => [frame])],
  ['an error without its context', 'multi.error', frames('error', ({ context_id: _, ...frame }) => [frame])],
  [
    'TOO_MANY_CONTEXTS as RATE_LIMITED',
    'multi.too-many',
    frames('error', (frame) => [{ ...frame, error_code: 'VALIDATION_ERROR' }]),
  ],
  ['contexts that never time out', 'multi.timeout', frames('context_timeout', () => [])],
  [
    'a flat 403',
    'keys.narrow',
    { answer: bodyOf(403, () => ({ error: 'No', error_code: 'FORBIDDEN', code: 403 })) },
  ],
  ['1000 for a revoked key', 'keys.revoked', { close: (code) => (code === 4001 ? 1000 : code) }],
  [
    'a revoked key that still works',
    'keys.revoked',
    {
      answer: (path, answer) =>
        path === '/v1/models' ? { ...answer, status: 200, body: '{"models":[]}' } : answer,
    },
  ],
  [
    'a receipt that counts nothing',
    'keys.revoked',
    {
      answer: (path, answer) =>
        path.endsWith('/revoke')
          ? { ...answer, body: answer.body.replace(/"streams_severed":\d+/, '"streams_severed":0') }
          : answer,
    },
  ],
]

/** Sends the second text of a socket before the first. */
function swapped(message: ProxiedFrame, state: ProxiedFrame): { pass: ProxiedFrame[] } {
  const { first } = state
  state['first'] ??= message
  if (state['isSwapped'] === true) return { pass: [message] }
  state['isSwapped'] = first !== undefined
  return { pass: first === undefined ? [] : [message, first] }
}

function wordsLate(frame: ProxiedFrame, state: ProxiedFrame): ProxiedFrame[] {
  if ('word_timestamps' in frame) {
    state['words'] = frame
    return []
  }
  return 'final' in frame && state['words'] !== undefined ? [frame, state['words']] : [frame]
}

function createdLate(frame: ProxiedFrame, state: ProxiedFrame): ProxiedFrame[] {
  const id = String(frame['context_id'])
  if ('context_created' in frame) {
    state[id] = frame
    return []
  }
  const held = state[id]
  state[id] = undefined
  return held === undefined ? [frame] : [frame, held]
}

/** Runs some checks against the server behind a proxy with a fault. */
async function checked(fault: Fault, names: string[], timeoutMs: number): Promise<CheckResult[]> {
  const proxy = await startFaultyProxy(server.url, fault)
  const target = { url: proxy.url, apiKey: key, managementKey, timeoutMs }
  const results: CheckResult[] = []
  const chosen = CHECKS.filter(({ name }) => names.includes(name))
  try {
    for await (const result of runChecks(chosen, target, { waits: () => {}, sleep: async () => {} }))
      results.push(result)
  } finally {
    await proxy.stop()
  }
  return results
}

test('a proxy without a fault passes every check that faults are caught by', async () => {
  const names = [...new Set(FAULTS.map(([, name]) => name))]
  const results = await checked({}, names, 15_000)
  assert.equal(results.length, names.length)
  assert.deepEqual(
    results.filter(({ result }) => result !== 'pass'),
    [],
  )
})

for (const [about, name, fault] of FAULTS) {
  test(`caught by ${name}: ${about}`, async () => {
    const [found] = await checked(fault, [name], name === 'stream.idle-end' ? 6_000 : 1_500)
    assert.equal(found?.name, name)
    assert.equal(found.result, 'fail', found.detail)
    assert.ok(found.detail.length > 10 && !found.detail.includes(key), found.detail)
  })
}

test('a key whose limits are reached is no fault of the server: it waits, and says so when that does not help', async () => {
  let asked = 0
  const limited: Fault = {
    answer: (_, answer) => {
      asked += 1
      return { ...answer, status: 429, headers: { ...answer.headers, 'retry-after': '2' } }
    },
  }
  const [found] = await checked(limited, ['http.models'], 15_000)
  assert.deepEqual([found?.result, asked], ['skip', 4])
  assert.match(found?.detail ?? '', /the key's limits leave no room for it/)
})
