import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { FailureCode } from '@kugelaudio/contract'
import { isIdle, until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { closed, connectTo, exchange, readAnswer, requestText } from './harness/raw-http.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

/** What the server says to a body; its type is JSON unless told otherwise. */
const send = async (body: unknown, headers: Record<string, string> = {}) =>
  answerOf(await generate(server, key, body, { headers }))

/** Bodies that are refused, and the field that the message names. */
const REFUSED: [about: string, body: unknown, code: FailureCode, names: RegExp][] = [
  ['no text', {}, 'VALIDATION_ERROR', /text: is required/],
  ['an empty text', { text: '' }, 'VALIDATION_ERROR', /text/],
  ['a blank text', { text: ' \t\r\n\u00a0\u3000' }, 'VALIDATION_ERROR', /text/],
  ['10,001 characters', { text: 'a'.repeat(10_001) }, 'VALIDATION_ERROR', /text.*10000/],
  ['10,001 emoji', { text: '😀'.repeat(10_001) }, 'VALIDATION_ERROR', /text.*10000/],
  ['a null text', { text: null }, 'VALIDATION_ERROR', /text: must be a string/],
  ['a number as text', { text: 5 }, 'VALIDATION_ERROR', /text: must be a string/],
  ['a list as text', { text: ['a'] }, 'VALIDATION_ERROR', /text/],
  ['an object as text', { text: { a: 1 } }, 'VALIDATION_ERROR', /text/],
  ['NUL in the text', { text: 'a\0b' }, 'VALIDATION_ERROR', /text/],
  ['half a surrogate pair', '{"text":"a\\ud800b"}', 'VALIDATION_ERROR', /text/],
  ['the other half', '{"text":"a\\udc00b"}', 'VALIDATION_ERROR', /text/],
  ['an unknown model', { text: 'a', model_id: 'gpt' }, 'VALIDATION_ERROR', /model_id/],
  ['an inherited name as model', { text: 'a', model_id: 'constructor' }, 'VALIDATION_ERROR', /model_id/],
  ['a number as model', { text: 'a', model_id: 3 }, 'VALIDATION_ERROR', /model_id/],
  ['an empty model', { text: 'a', model_id: '' }, 'VALIDATION_ERROR', /model_id/],
  ['an unknown voice', { text: 'a', voice_id: 99_999 }, 'NOT_FOUND', /[Vv]oice/],
  ['a broken number as voice', { text: 'a', voice_id: 1.5 }, 'VALIDATION_ERROR', /voice_id/],
  ['a negative voice', { text: 'a', voice_id: -1 }, 'VALIDATION_ERROR', /voice_id/],
  ['true as voice', { text: 'a', voice_id: true }, 'VALIDATION_ERROR', /voice_id/],
  ['an empty voice', { text: 'a', voice_id: '' }, 'VALIDATION_ERROR', /voice_id/],
  ['a huge number as voice', '{"text":"a","voice_id":1e30}', 'VALIDATION_ERROR', /voice_id/],
  ['a number past 2^53', '{"text":"a","voice_id":9007199254740993}', 'VALIDATION_ERROR', /voice_id/],
  ['an unknown language', { text: 'a', language: 'xx' }, 'VALIDATION_ERROR', /language/],
  ['a region tag', { text: 'a', language: 'en-US' }, 'VALIDATION_ERROR', /language/],
  ['a language in capitals', { text: 'a', language: 'EN' }, 'VALIDATION_ERROR', /language/],
  ['an unknown format', { text: 'a', output_format: 'aiff' }, 'VALIDATION_ERROR', /output_format/],
  [
    'an inherited name as format',
    { text: 'a', output_format: '__proto__' },
    'VALIDATION_ERROR',
    /output_format/,
  ],
  ['a rate nobody makes', { text: 'a', sample_rate: 11_025 }, 'VALIDATION_ERROR', /sample_rate/],
  ['a rate as text', { text: 'a', sample_rate: '24000' }, 'VALIDATION_ERROR', /sample_rate/],
  ['no rate', { text: 'a', sample_rate: 0 }, 'VALIDATION_ERROR', /sample_rate/],
  ['too slow', { text: 'a', speed: 0.79 }, 'VALIDATION_ERROR', /speed/],
  ['too fast', { text: 'a', speed: 1.21 }, 'VALIDATION_ERROR', /speed/],
  ['a speed as text', { text: 'a', speed: '1' }, 'VALIDATION_ERROR', /speed/],
  ['a speed beyond numbers', '{"text":"a","speed":1e999}', 'VALIDATION_ERROR', /speed/],
  ['too cold', { text: 'a', temperature: -0.1 }, 'VALIDATION_ERROR', /temperature/],
  ['too hot', { text: 'a', temperature: 1.1 }, 'VALIDATION_ERROR', /temperature/],
  ['no tokens', { text: 'a', max_new_tokens: 0 }, 'VALIDATION_ERROR', /max_new_tokens/],
  ['too many tokens', { text: 'a', max_new_tokens: 8_193 }, 'VALIDATION_ERROR', /max_new_tokens/],
  ['half a token', { text: 'a', max_new_tokens: 1.5 }, 'VALIDATION_ERROR', /max_new_tokens/],
  ['a guidance scale as text', { text: 'a', cfg_scale: '2' }, 'VALIDATION_ERROR', /cfg_scale/],
  ['normalize as text', { text: 'a', normalize: 'true' }, 'VALIDATION_ERROR', /normalize/],
  ['a project as text', { text: 'a', project_id: 'x' }, 'VALIDATION_ERROR', /project_id/],
  ['51 dictionaries', { text: 'a', dictionary_ids: Array(51).fill(1) }, 'VALIDATION_ERROR', /dictionary_ids/],
  ['an unknown dictionary', { text: 'a', dictionary_ids: [1] }, 'NOT_FOUND', /[Dd]ictionary/],
  ['an unknown member', { text: 'a', volume: 11 }, 'VALIDATION_ERROR', /unknown field: volume/],
  ['what only sockets take', { text: 'a', word_timestamps: true }, 'VALIDATION_ERROR', /word_timestamps/],
  ['a prototype', '{"text":"a","__proto__":{"admin":true}}', 'VALIDATION_ERROR', /__proto__/],
  ['a constructor', '{"text":"a","constructor":{"prototype":{"x":1}}}', 'VALIDATION_ERROR', /constructor/],
  [
    'an endless name of a member',
    { text: 'a', ['x'.repeat(10_000)]: 1 },
    'VALIDATION_ERROR',
    /^unknown field: x{1,60}$/,
  ],
  ['no JSON', '{"text": "a"', 'VALIDATION_ERROR', /JSON/],
  ['an empty body', '', 'VALIDATION_ERROR', /JSON/],
  ['NaN', '{"text":"a","speed":NaN}', 'VALIDATION_ERROR', /JSON/],
  ['Infinity', '{"text":"a","speed":Infinity}', 'VALIDATION_ERROR', /JSON/],
  ['a comment', '{"text":"a"} // b', 'VALIDATION_ERROR', /JSON/],
  ['two values', '{"text":"a"}{"text":"b"}', 'VALIDATION_ERROR', /JSON/],
  ['a list', '[{"text":"a"}]', 'VALIDATION_ERROR', /./],
  ['null', 'null', 'VALIDATION_ERROR', /./],
  ['a text alone', '"a"', 'VALIDATION_ERROR', /./],
  ['a number', '1', 'VALIDATION_ERROR', /./],
  [
    'UTF-8 that is none',
    Buffer.from([...Buffer.from('{"text":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
    'VALIDATION_ERROR',
    /JSON/,
  ],
  [
    'a surrogate in UTF-8',
    Buffer.from([...Buffer.from('{"text":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
    'VALIDATION_ERROR',
    /JSON/,
  ],
  ['UTF-16', Buffer.from('{"text":"a"}', 'utf16le'), 'VALIDATION_ERROR', /JSON/],
  ['deep lists', `{"text":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, 'VALIDATION_ERROR', /text/],
  ['deep lists without an end', '['.repeat(200_000), 'VALIDATION_ERROR', /JSON/],
  ['deep objects', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`, 'VALIDATION_ERROR', /./],
]

for (const [about, body, code, names] of REFUSED) {
  test(`refused, and said why: ${about}`, async () => {
    assert.match(expectFlat(await send(body), code, about), names)
  })
}

test('several mistakes are named at once, but not at any length', async () => {
  const told = expectFlat(await send({ text: '', speed: 9, language: 'xx' }), 'VALIDATION_ERROR')
  assert.match(told, /text.*; .*language.*; .*speed|text.*; .*speed.*; .*language/)
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`member${at}`, 1]))
  assert.ok(expectFlat(await send({ text: 'a', ...many }), 'VALIDATION_ERROR').length < 1_000)
})

test('an answer never holds a key, wherever the caller has put it', async () => {
  for (const body of [
    { [key]: 1, text: 'a' },
    { text: 'a', model_id: key },
    { text: 'a', voice_id: key },
    { text: 'a', output_format: key.slice(0, 40) },
    { text: 'a', language: key },
  ]) {
    const answer = await send(body)
    assert.ok(answer.status >= 400 && answer.status < 500)
    assert.ok(
      !answer.body.includes(key) && !answer.body.includes(key.slice(0, 40)),
      'the answer holds the key',
    )
  }
})

/** Bodies that are fine although they look odd, and how many samples they are. */
const ACCEPTED: [about: string, body: unknown, samples: number][] = [
  [
    'a null for everything that may be left out',
    {
      text: 'a',
      model_id: null,
      model: null,
      voice_id: null,
      cfg_scale: null,
      temperature: null,
      max_new_tokens: null,
      sample_rate: null,
      output_format: null,
      normalize: null,
      language: null,
      speed: null,
      project_id: null,
      dictionary_ids: null,
    },
    1_200,
  ],
  [
    'every field at its limit',
    {
      text: 'a',
      cfg_scale: 1.2,
      temperature: 0,
      max_new_tokens: 8_192,
      speed: 1.2,
      normalize: false,
      project_id: 0,
      dictionary_ids: [],
    },
    1_000,
  ],
  ['a scale far too small is clamped', { text: 'a', cfg_scale: -1e300 }, 1_200],
  ['a scale far too large is clamped', { text: 'a', cfg_scale: 1e300 }, 1_200],
  ['a member twice: the last one counts', '{"text":"aaaa","text":"a"}', 1_200],
  ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, ...Buffer.from('{"text":"a"}')]), 1_200],
  ['space around the JSON', ' \r\n\t{"text":"a"}\n', 1_200],
]

for (const [about, body, samples] of ACCEPTED) {
  test(`accepted: ${about}`, async () => {
    const answer = await generate(server, key, body)
    assert.equal(answer.status, 200)
    assert.equal((await bytesOf(answer)).length, 2 * samples)
  })
}

test('exactly 10,000 code points are accepted, each of them two UTF-16 units, written as escapes', async () => {
  const escaped = `{"text":"${'\\ud83d\\ude00'.repeat(10_000)}"}`
  const aborting = new AbortController()
  const answer = await generate(server, key, escaped, { signal: aborting.signal })
  assert.equal(answer.status, 200)
  assert.equal((await bytesOf(answer)).length, 2 * spokenSamples('😀'.repeat(10_000)))
})

/** Ten thousand emoji are read 2,000 units at a time; these are cut every 300, with 60 ms between the pieces. */
const spokenSamples = (text: string): number =>
  toneSamples(text) + (text.length / 2_000) * (Math.ceil(2_000 / 300) - 1) * 0.06 * 24_000

test('pollution of prototypes leaves no trace', async () => {
  await send('{"text":"a","__proto__":{"polluted":1}}')
  await send('{"text":"a","constructor":{"prototype":{"polluted":1}}}')
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('a body of another type, or of none, is 415', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application',
    ';',
    'application/problem+json',
    'text/json',
  ]) {
    expectFlat(await send('{"text":"a"}', { 'content-type': type }), 'UNSUPPORTED_MEDIA_TYPE', type)
  }
  const none = requestText('POST /v1/tts/generate HTTP/1.1', [`X-API-Key: ${key}`], '{"text":"a"}')
  expectFlat(await exchange(server.url, none), 'UNSUPPORTED_MEDIA_TYPE', 'none')
})

test('JSON by any spelling of its type is accepted', async () => {
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json ;x=y']) {
    assert.equal((await send('{"text":"a"}', { 'content-type': type })).status, 200, type)
  }
})

test('a body over 256 KiB is 413, whether it tells its length or not', async () => {
  const large = `{"text":"${'a'.repeat(256 * 1024)}"}`
  expectFlat(await send(large), 'PAYLOAD_TOO_LARGE', 'told')
  const chunked = `${requestText('POST /v1/tts/generate HTTP/1.1', [`X-API-Key: ${key}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'])}${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`
  expectFlat(await exchange(server.url, chunked), 'PAYLOAD_TOO_LARGE', 'not told')
  const claimed = requestText('POST /v1/tts/generate HTTP/1.1', [
    `X-API-Key: ${key}`,
    'Content-Type: application/json',
    'Content-Length: 99999999999',
  ])
  expectFlat(await exchange(server.url, claimed), 'PAYLOAD_TOO_LARGE', 'claimed, never sent')
})

test('a caller whose large body is not read is told that the connection ends, and no other one is', async () => {
  const ask = (headers: string[], body: string | null, line = 'POST /v1/tts/generate HTTP/1.1') =>
    exchange(server.url, requestText(line, headers, body))
  const unread = await ask(['Content-Type: application/json'], 'x'.repeat(300_000))
  assert.deepEqual([unread?.status, unread?.headers['connection']], [401, 'close'])
  const claimed = await ask(
    [`X-API-Key: ${key}`, 'Content-Type: application/json', 'Content-Length: 300000'],
    null,
  )
  assert.deepEqual([claimed?.status, claimed?.headers['connection']], [413, 'close'])
  for (const credential of ['X-None: 1', 'X-API-Key: nonsense', `X-API-Key: ${key.slice(0, -1)}`]) {
    const small = await ask([credential], '{}')
    assert.deepEqual([small?.status, small?.headers['connection']], [401, 'keep-alive'])
    const none = await ask([credential], null, 'GET /v1/models HTTP/1.1')
    assert.deepEqual([none?.status, none?.headers['connection']], [401, 'keep-alive'])
  }
})

test('a caller hears why its large body is refused once it has written it', async () => {
  const body = 'x'.repeat(8 * 1024 * 1024)
  for (const [credential, status] of [
    ['ka_unknown', 401],
    [key, 413],
  ] as const) {
    const head = [`X-API-Key: ${credential}`, 'Content-Type: application/json']
    const told = requestText('POST /v1/tts/generate HTTP/1.1', head, body)
    const chunked = `${requestText('POST /v1/tts/generate HTTP/1.1', [...head, 'Transfer-Encoding: chunked'])}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    for (const bytes of [told, chunked]) {
      const socket = await connectTo(server.url)
      await promisify<string>(socket.write.bind(socket))(bytes)
      assert.equal((await readAnswer(socket))?.status, status)
      await closed(socket)
    }
  }
})

test('what follows a refused body on its connection is not done', async () => {
  const { key: managing } = await server.createKey({ scopes: ['keys:manage'] })
  const { id, key: spared } = await server.createKey()
  const head = [`X-API-Key: ${managing}`, 'Content-Type: application/json']
  const socket = await connectTo(server.url)
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.write(
    requestText('POST /v1/api-keys HTTP/1.1', head, 'x'.repeat(300_000)) +
      requestText(`POST /v1/api-keys/${id}/revoke HTTP/1.1`, head),
  )
  await closed(socket)
  assert.deepEqual(
    Buffer.concat(received)
      .toString('latin1')
      .match(/HTTP\/1\.1 \d+/g),
    ['HTTP/1.1 413'],
  )
  assert.equal((await generate(server, spared, { text: 'a' })).status, 200)
})

test('a body that never comes is 408 in the end, and one that trickles in too', async () => {
  const patient = await startServer({ listenerLimits: { headersMs: 200, requestMs: 400, checkedMs: 50 } })
  try {
    const { key: patientKey } = await patient.createKey()
    const head = [
      'POST /v1/tts/generate HTTP/1.1',
      [`X-API-Key: ${patientKey}`, 'Content-Type: application/json', 'Content-Length: 100'],
    ] as const
    expectFlat(await exchange(patient.url, requestText(head[0], [...head[1]])), 'REQUEST_TIMEOUT', 'body')
    expectFlat(
      await exchange(patient.url, 'POST /v1/tts/generate HTTP/1.1\r\nHost: l'),
      'REQUEST_TIMEOUT',
      'head',
    )
    const socket = await connectTo(patient.url)
    socket.write(requestText(head[0], [...head[1]]))
    const trickling = setInterval(() => socket.write(' '), 20)
    socket.resume()
    await closed(socket)
    clearInterval(trickling)
    const refused = await connectTo(patient.url)
    refused.write(requestText(head[0], ['X-API-Key: none', 'Content-Length: 999999']))
    const goingOn = setInterval(() => refused.write(' '), 20)
    assert.equal((await readAnswer(refused))?.status, 401)
    await closed(refused)
    clearInterval(goingOn)
    assert.equal((await fetch(`${patient.url}/health`)).status, 200)
  } finally {
    await patient.stop()
  }
})

test('a caller who hangs up in the middle of a body is not an error of ours', async () => {
  const socket = await connectTo(server.url)
  socket.write(
    requestText('POST /v1/tts/generate HTTP/1.1', [
      `X-API-Key: ${key}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
    ]),
  )
  await until(() => server.serving.grants.size === 1)
  const before = server.logged.length
  socket.destroy()
  await until(() => server.serving.grants.size === 0 && server.logged.length > before)
  const [line = '{}'] = server.logged.slice(before)
  assert.equal(JSON.parse(line).failure, 'CLIENT_GONE')
  assert.equal(JSON.parse(line).status, 499)
})

test('phonemes and foreign markup in a text are never obeyed', async () => {
  const spoken = await startServer({ engine: 'espeak' })
  try {
    const { key: spokenKey } = await spoken.createKey()
    const lengthOf = async (text: string): Promise<number> => {
      const answer = await generate(spoken, spokenKey, { text })
      assert.equal(answer.status, 200, text)
      return (await bytesOf(answer)).length
    }
    const plain = await lengthOf('hello world')
    // Obeyed, its letters would be one short word in place of four spelled ones.
    assert.ok((await lengthOf("hello [[h@l'oU]] world")) > plain * 1.2, 'phonemes of the engine')
    // A pause has its limits (wire reference, section 6.1), and tags that nobody knows are not there.
    const secondBytes = 48_000
    for (const markup of [
      'hello <break time="10s"/> world',
      'hello <audio src="/etc/passwd"/> world',
      '<speak>hello <mark name="x"/> world</speak>',
      '<voice name="other">hello world</voice>',
    ]) {
      const length = await lengthOf(markup)
      assert.ok(length > plain * 0.8 && length < plain + secondBytes, `${markup}: ${length}, plain ${plain}`)
    }
    for (const text of ['hello <!-- nothing --> world', 'hello &lt;&amp;&#x41; world']) {
      assert.ok((await lengthOf(text)) < plain + 10 * secondBytes, text)
    }
    for (const phonemes of ['[[', ']]', '[[]]', 'a [[h@l', '<', '>', '&', '<<<>>>', '<speak', '</speak>']) {
      assert.ok((await lengthOf(`hello ${phonemes} world`)) >= plain * 0.8, phonemes)
    }
  } finally {
    await spoken.stop()
  }
})

test('after all of this nothing is left running, and a good request is served', async () => {
  await until(() => isIdle(server.serving.engine) && server.serving.grants.size === 0)
  assert.equal((await bytesOf(await generate(server, key, { text: 'a' }))).length, 2_400)
  const failed = server.logged.map((line) => JSON.parse(line)).filter((line) => line.status >= 500)
  assert.deepEqual(failed, [])
})
