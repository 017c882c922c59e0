import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { toneSamples } from '../../../packages/server/test/engines/tone-speech.ts'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import { openChromium } from './harness/chromium.ts'
import { PACKAGE, pack, project, run, tool } from './harness/packed.ts'

let server: TestServer
let folder: string
let environment: Record<string, string>
before(async () => {
  server = await startServer()
  const scopes = ['speech:generate', 'speech:stream', 'tokens:create'] as const
  environment = {
    KUGELAUDIO_API_KEY: (await server.createKey({ scopes: [...scopes] })).key,
    KUGELAUDIO_API_URL: server.url,
  }
  folder = await project(await pack(), { type: 'module' })
  await cp(join(PACKAGE, 'examples'), folder, { recursive: true })
})
after(() => server.stop())

/** Starts an example as it is printed. */
function start(words: readonly string[], more: object = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, words, { cwd: folder, env: { ...process.env, ...environment, ...more } })
}

test('the voice agent is interrupted by the next line, and says the last one to its end', async () => {
  const agent = start(['voice-agent.mjs'])
  const told: string[] = []
  createInterface({ input: agent.stderr }).on('line', (line) => told.push(line))
  let bytes = 0
  agent.stdout.on('data', (data: Buffer) => {
    bytes += data.byteLength
  })
  agent.stdin.write('First\n')
  await once(agent.stdout, 'data')
  agent.stdin.end('Second\nx\n')
  const [code] = await once(agent, 'close')
  assert.equal(code, 0)
  assert.deepEqual(told.toSorted(), ['Interrupted: First', 'Interrupted: Second', 'Said: x'])
  const answer = (question: string) =>
    toneSamples(`You said: ${question}. And so on, until you interrupt me.`)
  assert.ok(bytes / 2 >= answer('x'))
  assert.ok(bytes / 2 < answer('x') + answer('First') + answer('Second'))
})

test('the book goes on where it was killed, and every passage is whole', async () => {
  // Each is too long to be put together with the next.
  const passages = Array.from({ length: 5 }, (_, at) => `Passage ${at}. ${'word '.repeat(250)}`.trim())
  // While it is being killed, the third takes its time.
  const slow = passages.with(2, `#slow:eaaa ${passages[2]}`)
  await writeFile(join(folder, 'book.txt'), slow.join('\n\n'))
  const first = start(['book.mjs', 'book.txt', 'book'])
  const lines = createInterface({ input: first.stdout })
  for await (const line of lines) if (line.startsWith('2 of 5')) break
  first.kill('SIGKILL')
  await once(first, 'exit')
  await writeFile(join(folder, 'book.txt'), passages.join('\n\n'))
  const again = await run(process.execPath, ['book.mjs', 'book.txt', 'book'], { cwd: folder, environment })
  const progress = again.stdout.trim().split('\n')
  assert.match(progress[0] ?? '', /^3 of 5 passages, \d+ %, about \d+ s left$/)
  assert.equal(progress.at(-1), '5 of 5 passages, 100 %, about 0 s left')
  const files = (await readdir(join(folder, 'book'))).filter((name) => !name.includes('.part.')).toSorted()
  assert.deepEqual(files, ['0001.wav', '0002.wav', '0003.wav', '0004.wav', '0005.wav', 'book.m3u'])
  for (const [at, text] of passages.entries()) {
    const { byteLength } = await readFile(join(folder, 'book', files[at] ?? ''))
    assert.ok(byteLength >= 44 + 2 * toneSamples(text), `passage ${at + 1}`)
  }
  // Nothing is left to do, and nobody is asked.
  const nobody = { ...environment, KUGELAUDIO_API_URL: 'http://127.0.0.1:1' }
  const done = await run(process.execPath, ['book.mjs', 'book.txt', 'book'], {
    cwd: folder,
    environment: nobody,
  })
  assert.equal(done.stdout, '')
})

/** Notes what is played: how long it is, and how loud. */
const LISTEN = `
  window.played = { seconds: 0, peak: 0 }
  const { start } = AudioBufferSourceNode.prototype
  AudioBufferSourceNode.prototype.start = function (...when) {
    window.played.seconds += this.buffer.duration
    window.played.peak = Math.max(window.played.peak, ...this.buffer.getChannelData(0))
    return start.apply(this, when)
  }`

test('the browser player, built by Vite, is heard with tokens of its server, and can be stopped', async () => {
  const place = join(folder, 'browser-player')
  await run(tool('vite'), ['build', place, '--logLevel', 'error'], {
    cwd: folder,
    environment: { VITE_API_URL: server.url },
  })
  const pages = start([join('browser-player', 'server.mjs')], { PORT: '0' })
  const [url] = (await once(createInterface({ input: pages.stdout }), 'line')) as [string]
  const browser = await openChromium()
  try {
    const page = await browser.newPage()
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`${message.text()} ${message.location().url}`)
    })
    await page.addInitScript(LISTEN)
    await page.goto(url)
    await page.getByLabel('Text').fill('Hello there')
    await page.getByRole('button', { name: 'Speak' }).click()
    const told = page.getByRole('status')
    await told.getByText('Heard: ').waitFor()
    const seconds = toneSamples('Hello there') / 24_000
    assert.equal(await told.textContent(), `Heard: ${seconds.toFixed(2)} s`)
    const played = (await page.evaluate('window.played')) as { seconds: number; peak: number }
    assert.equal(played.seconds.toFixed(3), seconds.toFixed(3))
    // The tones of the engine are that loud.
    assert.equal(played.peak.toFixed(2), (8_000 / 32_768).toFixed(2))

    await page.getByLabel('Text').fill(`Begun. #slow:baa ${'word '.repeat(100)}`)
    await page.getByRole('button', { name: 'Speak' }).click()
    await told.getByText('Speaking: ').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await told.getByText('Stopped').waitFor()
    assert.deepEqual(troubles, [])
  } finally {
    await browser.close()
    pages.kill()
  }
})
