import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
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

/** The program of the README that imports a package. */
async function printed(library: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const programs = [...readme.matchAll(/^```javascript\n(.*?)^```$/gms)].map(([, program = '']) => program)
  const found = programs.filter((program) => program.includes(`from '${library}'`))
  assert.equal(found.length, 1, `the README has one program with ${library}`)
  return found[0] ?? ''
}

for (const library of ['openai', '@elevenlabs/elevenlabs-js']) {
  test(`the README's program with ${library} runs as printed, and speaks`, async () => {
    const program = (await printed(library)).replaceAll('http://127.0.0.1:8000', server.url)
    assert.ok(program.includes(server.url))
    await writeFile(join(folder, 'program.mjs'), program)
    await rm(join(folder, 'hello.mp3'), { force: true })
    await promisify(execFile)(process.execPath, ['program.mjs'], {
      cwd: folder,
      env: { KUGELAUDIO_API_KEY: key },
    })
    const samples = decodedSamples(await readFile(join(folder, 'hello.mp3')), 'mp3', 24_000)
    const seconds = samples.length / 24_000
    assert.ok(seconds > 0.5 && seconds < 3 && peakOf(samples) > 3_000, `${seconds} s`)
  })
}
