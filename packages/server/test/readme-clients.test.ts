import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodedSamples, peakOf } from './harness/programs.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let server: TestServer
let key: string
let folder: string
before(async () => {
  server = await startServer({ engine: 'espeak' })
  key = (await server.createKey()).key
  folder = await mkdtemp(join(tmpdir(), 'kugelaudio-readme-'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})
after(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The program of the README that holds something, for the server of the test. */
async function printed(known: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const programs = [...readme.matchAll(/^```javascript\n(.*?)^```$/gms)].map(([, program = '']) => program)
  const found = programs.filter((program) => program.includes(known))
  assert.equal(found.length, 1, `the README has one program with ${known}`)
  return found[0]?.replaceAll('127.0.0.1:8000', new URL(server.url).host) ?? ''
}

/** Runs a program of the README; what it has printed. */
async function outputOf(program: string): Promise<string> {
  await writeFile(join(folder, 'program.mjs'), program)
  const environment = { KUGELAUDIO_API_KEY: key }
  return (await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, env: environment }))
    .stdout
}

for (const library of ['openai', '@elevenlabs/elevenlabs-js']) {
  test(`the README's program with ${library} runs as printed, and speaks`, async () => {
    const program = await printed(`from '${library}'`)
    assert.ok(program.includes(server.url))
    await rm(join(folder, 'hello.mp3'), { force: true })
    await outputOf(program)
    const samples = decodedSamples(await readFile(join(folder, 'hello.mp3')), 'mp3', 24_000)
    const seconds = samples.length / 24_000
    assert.ok(seconds > 0.5 && seconds < 3 && peakOf(samples) > 3_000, `${seconds} s`)
  })
}

test("the README's program with a WebSocket runs as printed: samples, then words", async () => {
  const output = await outputOf(await printed('/ws/tts?api_key='))
  assert.match(output, /^\d+ samples$/m)
  assert.match(output, /word: 'Hello,?'/)
})

test("the README's token server and page run as printed: a token, and speech with it", async () => {
  const { key: minting } = await server.createKey({ scopes: ['tokens:create', 'speech:stream'] })
  // Its port may be somebody else's here.
  const program = (await printed('// token-server.mjs')).replace(
    '.listen(3000)',
    ".listen(0, '127.0.0.1', function () { console.log(this.address().port) })",
  )
  await writeFile(join(folder, 'token-server.mjs'), program)
  const tokens = spawn(process.execPath, ['token-server.mjs'], {
    cwd: folder,
    env: { KUGELAUDIO_API_KEY: minting },
  })
  try {
    const port = String(await new Promise((resolve) => tokens.stdout.once('data', resolve))).trim()
    const page = (await printed('// in the page')).replace('127.0.0.1:3000', `127.0.0.1:${port}`)
    // A page stays open; this one ends when it has heard all.
    const heard = `${page}\nws.addEventListener('message', ({ data }) => JSON.parse(data).final && ws.close())`
    assert.match(await outputOf(heard), /^\[ 'audio', .*\n(?:.*\n)*.*'final'/)
  } finally {
    tokens.kill()
  }
})
