import assert from 'node:assert/strict'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'rolldown'
import { toneSamples } from '../../../packages/server/test/engines/tone-speech.ts'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import { nodeOf, otherRuntimes, PACKAGE, pack, project, ROOT, run, tool } from './harness/packed.ts'
import { blocksOf } from './harness/readme.ts'

let server: TestServer
let archive: string
let folder: string
let environment: Record<string, string>
before(async () => {
  server = await startServer()
  const scopes = ['speech:generate', 'speech:stream', 'tokens:create', 'keys:manage'] as const
  environment = {
    KUGELAUDIO_API_KEY: (await server.createKey({ scopes: [...scopes] })).key,
    KUGELAUDIO_API_URL: server.url,
  }
  archive = await pack()
  folder = await project(archive, { type: 'module' })
})
after(() => server.stop())

const SPEAK = `
const client = new KugelAudio()
client.tts.generate({ text: 'Hello' }).then(async ({ samples }) => {
  console.log(samples, (await client.models.list())[0].id)
  client.close()
}, (error) => console.log(error.name, error.message))`

for (const major of [20, 22, 24, 26] as const)
  test(`the package speaks on Node.js ${major}, as a module with a .env file and as CommonJS with variables`, async () => {
    const node = major === 26 ? process.execPath : await nodeOf(major)
    const own = await project(archive)
    // Node.js 20 has no WebSocket of its own.
    if (major === 20)
      await cp(join(ROOT, 'node_modules', 'ws'), join(own, 'node_modules', 'ws'), { recursive: true })
    await writeFile(join(own, 'a.mjs'), `import { KugelAudio } from 'kugelaudio'\n${SPEAK}`)
    await writeFile(join(own, 'a.cjs'), `const { KugelAudio } = require('kugelaudio')\n${SPEAK}`)
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`)
    await writeFile(join(own, '.env'), lines.join(''))
    const told = [
      await run(node, ['--env-file=.env', 'a.mjs'], { cwd: own }),
      await run(node, ['a.cjs'], { cwd: own, environment }),
    ]
    for (const { stdout } of told) assert.equal(stdout, `${toneSamples('Hello')} kugel-3\n`)
    for (const part of ['management', 'playback', 'node'])
      await run(node, ['-e', `require('kugelaudio/${part}'); import('kugelaudio/${part}')`], { cwd: own })
  })

for (const [name, ...words] of [
  ['bun'],
  ['deno', 'run', '--node-modules-dir=manual', '--allow-net', '--allow-env', '--allow-read'],
] as const)
  test(`the package speaks on ${name}, and says why where it cannot`, async () => {
    const program = (await otherRuntimes())[name]
    await writeFile(join(folder, `${name}.mjs`), `import { KugelAudio } from 'kugelaudio'\n${SPEAK}`)
    const speak = (key: object) =>
      run(program, [...words, `${name}.mjs`], { cwd: folder, environment: { ...environment, ...key } })
    assert.equal((await speak({})).stdout, `${toneSamples('Hello')} kugel-3\n`)
    assert.match(
      (await speak({ KUGELAUDIO_API_KEY: 'sk_live_0123456789' })).stdout,
      /^AuthenticationError .*request_id/,
    )
  })

test('Node.js 20 without ws is told what to install', async () => {
  await writeFile(join(folder, 'bare.mjs'), `import { KugelAudio } from 'kugelaudio'\n${SPEAK}`)
  const { stdout } = await run(await nodeOf(20), ['bare.mjs'], { cwd: folder, environment })
  assert.match(stdout, /^ValidationError .*npm install ws/)
})

const USE = `import { AudioChunk, KugelAudio, type KugelAudioOptions, type SpeechEvent } from 'kugelaudio'
import { Management, type Receipt } from 'kugelaudio/management'
import { Player } from 'kugelaudio/playback'
const options: KugelAudioOptions = { region: 'eu', timeout: 1 }
export async function use(): Promise<Receipt> {
  const client = new KugelAudio(options)
  for await (const event of client.tts.stream({ text: 'x', voiceId: 1 })) {
    const same: SpeechEvent = event
    if (same.type === 'audio') { const chunk: AudioChunk = same.chunk; chunk.bytes.byteLength }
  }
  await client.tts.stream({ text: 'x' }, { onChunk: (chunk) => chunk.sampleRate })
  new Player(new AudioContext()).stop()
  // @ts-expect-error: no such option
  new KugelAudio({ key: 'x' })
  return (await new Management().keys.revoke('x')).receipt
}
`
for (const [resolution, module, file] of [
  ['node16', 'node16', 'use.mts'],
  ['node16', 'node16', 'use.cts'],
  ['bundler', 'esnext', 'use.ts'],
] as const)
  test(`types are right under ${resolution} in ${file}, for a page without Node's types`, async () => {
    await writeFile(join(folder, file), USE)
    const words = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'esnext,dom', '--types', '']
    const compiler = join(ROOT, 'node_modules', 'typescript-native', 'bin', 'tsc')
    await run(
      process.execPath,
      [compiler, ...words, '--module', module, '--moduleResolution', resolution, file],
      {
        cwd: folder,
      },
    )
  })

test('publint and Are The Types Wrong find nothing', async () => {
  await run(tool('publint'), ['run', archive, '--strict'], { cwd: PACKAGE })
  await run(tool('attw'), [archive, '--exclude-entrypoints', './cli', '--profile', 'node16'], {
    cwd: PACKAGE,
  })
})

/** Bytes of what a page loads that imports one name, minified and compressed. */
async function sizeOf(name: string): Promise<number> {
  const entry = join(folder, 'page.js')
  await writeFile(entry, `export { ${name} } from 'kugelaudio'`)
  const { output } = await build({
    input: entry,
    write: false,
    platform: 'browser',
    output: { minify: true },
  })
  assert.equal(output.length, 1)
  return gzipSync(output[0].code, { level: 9 }).byteLength
}

test('a page that speaks loads less than 12 kB; with all resources less than 14 kB', async () => {
  const [speech, all] = [await sizeOf('createTts'), await sizeOf('KugelAudio')]
  assert.ok(speech < 12_000, `createTts: ${speech} bytes`)
  assert.ok(all < 14_000, `KugelAudio: ${all} bytes`)
})

test('there are no dependencies, and nothing but what was built is packed', async () => {
  const { dependencies } = JSON.parse(
    await readFile(join(folder, 'node_modules/kugelaudio/package.json'), 'utf8'),
  )
  assert.equal(dependencies, undefined)
  const { stdout } = await run('tar', ['-tzf', archive], { cwd: folder })
  const names = stdout.trim().split('\n')
  assert.deepEqual(
    names.filter(
      (name) => !/^package\/(dist|bin)\/|^package\/(package\.json|README\.md|LICENSE)$/.test(name),
    ),
    [],
  )
})

const blocks = blocksOf()
// Those of the framework are run where the framework is: livekit.test.ts.
const programs = blocks.filter(
  ({ language, text }) => language === 'javascript' && !text.includes("from '@livekit/"),
)

test('the reference is made of doc comments, and nothing that is exported lacks one', async () => {
  const words = ['scripts/reference', '--out', join(folder, 'reference')]
  await run('sh', words, { cwd: ROOT })
  const page = await readFile(join(folder, 'reference', 'classes', 'livekit.TTS.html'), 'utf8')
  assert.match(page, /one socket .* for all that it says/)
})

for (const [at, { text }] of programs.entries())
  test(`README, program ${at + 1}: runs as it is printed`, async () => {
    await writeFile(join(folder, `readme-${at}.mjs`), text)
    const { stdout, stderr } = await run(process.execPath, [`readme-${at}.mjs`], { cwd: folder, environment })
    assert.ok(stdout.length > 0)
    assert.equal(stderr, '')
  })

for (const { text } of blocks.filter(({ language }) => language === 'typescript'))
  test('README, the page: compiles as it is printed', async () => {
    await mkdir(join(folder, 'page'), { recursive: true })
    await writeFile(join(folder, 'page', 'readme.ts'), `${text}\nexport { speak }`)
    const compiler = join(ROOT, 'node_modules', 'typescript-native', 'bin', 'tsc')
    const words = ['--noEmit', '--strict', '--lib', 'esnext,dom', '--types', '', '--module', 'esnext']
    await run(process.execPath, [compiler, ...words, '--moduleResolution', 'bundler', 'page/readme.ts'], {
      cwd: folder,
    })
  })

const commands = blocks.filter(({ language, text }) => language === 'bash' && text.includes('npx kugelaudio'))
for (const line of commands.flatMap(({ text }) => text.trim().split('\n')))
  test(`README: ${line}`, async () => {
    await run('sh', ['-c', line], { cwd: folder, environment: { ...environment, XDG_CONFIG_HOME: folder } })
  })
