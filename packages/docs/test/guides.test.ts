import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, extname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  ContextFrame,
  ContextMessage,
  DEFAULT_PLANS,
  FAILURES,
  FEATURES,
  LANGUAGES,
  OUTPUT_FORMATS,
  ROUTES,
  SCOPES,
  SpeakFrame,
  SpeakMessage,
  StreamFrame,
  StreamMessage,
  WEBHOOK_EVENTS,
} from '@kugelaudio/contract'
import { readConfig, unknownVariables } from '../../server/src/config.ts'
import { Machine, type Served } from '../../server/test/harness/processes.ts'
import { decodedSamples, peakOf, samplesOf } from '../../server/test/harness/programs.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const GUIDES = fileURLToPath(new URL('../guides', import.meta.url))
/** Pages that are no guides. */
const OTHER_PAGES = ['http', 'sockets', 'operations', 'regions']

/** A fenced piece of a guide; `line` is that of its fence. */
type Block = { language: string; text: string; line: number }
/** Something that happens when a guide is followed. `shown` is the JSON that it is said to print. */
type Step = Block & { at: number; shown: string | null }

const slugs = (await readdir(GUIDES)).filter((name) => name.endsWith('.md')).map((name) => name.slice(0, -3))
const guides = new Map(
  await Promise.all(
    slugs.map(async (slug) => [slug, await readFile(join(GUIDES, `${slug}.md`), 'utf8')] as const),
  ),
)
const readmes = await Promise.all(
  ['README.md', 'sdks/python/README.md'].map((path) => readFile(join(ROOT, path), 'utf8')),
)

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
    ({ 1: language = '', 2: text = '', index }) => ({
      language,
      text,
      line: markdown.slice(0, index).split('\n').length,
    }),
  )
}

/** What is printed is printed by what stands before it, with nothing but words between them. */
function stepsOf(markdown: string): Step[] {
  const blocks = blocksOf(markdown)
  return blocks.flatMap((block, at) => {
    const next = blocks[at + 1]
    const shown = next?.language === 'json' ? next.text : null
    return runsHere(block) ? [{ ...block, at, shown }] : []
  })
}

/** Programs that stand in a README too are run by its own tests; pages have tests in the packages. */
const runsHere = ({ language, text }: Block): boolean =>
  ['bash', 'javascript', 'python'].includes(language) &&
  !readmes.some((readme) => readme.includes(`\n\`\`\`${language}\n${text}\`\`\``))

let machine: Machine
let served: Served
let managing: string
before(async () => {
  machine = await Machine.open({ KUGELAUDIO_ENGINE_COMMAND: '', KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.0/8' })
  managing = (await keyOf('Managing', ['--scopes', SCOPES.join(',')])).key
  served = await machine.serve()
})
after(() => machine[Symbol.asyncDispose]())

/** A folder as a reader of the guides has one: with the package, and the programs of this clone. */
async function readersFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-guide-'))
  const [programs, modules] = [join(folder, 'programs'), join(folder, 'node_modules')]
  const entries = { '.': 'index', './management': 'management', './node': 'node', './playback': 'playback' }
  await mkdir(programs)
  await mkdir(join(modules, 'kugelaudio'), { recursive: true })
  await symlink(process.execPath, join(programs, 'node'))
  // As npx does in a clone, in a tenth of its time.
  const npx = `#!/bin/sh\nexec "${ROOT}/node_modules/.bin/$@"\n`
  await writeFile(join(programs, 'npx'), npx, { mode: 0o755 })
  for (const entry of Object.values(entries))
    await writeFile(
      join(modules, 'kugelaudio', `${entry}.mjs`),
      `export * from '${join(ROOT, 'sdks/js/src', `${entry}.ts`)}'\n`,
    )
  const exports = Object.fromEntries(Object.entries(entries).map(([path, name]) => [path, `./${name}.mjs`]))
  await writeFile(
    join(modules, 'kugelaudio', 'package.json'),
    JSON.stringify({ name: 'kugelaudio', type: 'module', exports }),
  )
  return folder
}

/** One terminal in which a guide is followed from its beginning to its end; what each step has printed. */
async function follow(markdown: string, folder: string): Promise<string[]> {
  const steps = stepsOf(markdown)
  const ports = await freePorts(markdown)
  const here = (text: string): string =>
    [...ports, ['127.0.0.1:8000', new URL(served.url).host] as const].reduce(
      (changed, [printed, own]) => changed.replaceAll(printed, own),
      text,
    )
  const script: string[] = ['set -eo pipefail', 'trap \'kill $(jobs -p) 2> "$OUT/kill" || true\' EXIT']
  for (const [at, { language, text, line }] of steps.entries()) {
    const name = /^(?:\/\/|#) (\w[\w-]*\.(?:mjs|py))/.exec(text)?.[1]
    const program = language === 'python' ? 'python3' : 'node'
    const file = name ?? `step-${at}.${language === 'python' ? 'py' : 'mjs'}`
    script.push(`echo ${line} > "$OUT/at"`)
    if (language === 'bash') script.push(`{\n${here(text)}} > "$OUT/${at}" 2> "$OUT/complaints"`)
    else await writeFile(join(folder, file), here(text))
    if (language !== 'bash' && !text.includes('listen(') && !text.includes('serve_forever'))
      script.push(`${program} ${file} > "$OUT/${at}" 2> "$OUT/complaints"`)
    // A program that has a name and listens goes on beside the others.
    else if (language !== 'bash') {
      const port = /(?:listen\(|HTTPServer\(\("127\.0\.0\.1", )(\d+)/.exec(here(text))?.[1]
      script.push(`${program} ${file} > "$OUT/${at}" 2> "$OUT/complaints" &`)
      script.push(`until (echo > /dev/tcp/127.0.0.1/${port}) 2> "$OUT/wait"; do sleep 0.05; done`)
    }
  }
  const outputs = join(folder, 'outputs')
  await mkdir(outputs)
  const { key } = await keyOf('Example')
  const { id } = await keyOf('Customer')
  const child = spawn('bash', ['-c', script.join('\n')], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 120_000,
    env: {
      PATH: [join(folder, 'programs'), process.env['PATH']].join(delimiter),
      HOME: folder,
      OUT: outputs,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE_NO_WARNINGS: '1',
      KUGELAUDIO_DATA_DIR: machine.dataDir,
      KUGELAUDIO_API_URL: served.url,
      KUGELAUDIO_API_KEY: key,
      MANAGING_KEY: managing,
      KEY_ID: id,
    },
  })
  const [code] = await once(child, 'close')
  const read = (name: string | number) => readFile(join(outputs, String(name)), 'utf8').catch(() => '')
  const complaints = withoutSecrets(await read('complaints'))
  assert.equal(code, 0, `the step of line ${(await read('at')).trim()} failed: ${complaints}`)
  return await Promise.all(steps.map((_, at) => read(at)))
}

/** Ports that programs of a guide listen on, and free ones for them: somebody else may have theirs here. */
async function freePorts(markdown: string): Promise<[string, string][]> {
  const printed = new Set([...markdown.matchAll(/127\.0\.0\.1:(9\d{3})/g)].map(([, port = '']) => port))
  return await Promise.all(
    [...printed].map(async (port): Promise<[string, string]> => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const free = String((server.address() as { port: number }).port)
      server.close()
      return [port, free]
    }),
  )
}

const keyOf = (name: string, more: string[] = []) => machine.createKey(name, more)
const withoutSecrets = (text: string): string => text.replaceAll(/\b(k[at]_|whsec_)[\w+/=]+/g, '$1…')

/** What was printed, against what the guide says is printed: the same members, of the same kinds. */
function checkPrinted(printed: string, { shown, line }: Step): void {
  if (shown === null) {
    assert.doesNotMatch(printed, /"error(?:_code)?":/, `line ${line}: ${withoutSecrets(printed)}`)
    return
  }
  const [told, heard] = [valuesOf(shown), valuesOf(printed)]
  for (const [at, value] of told.entries()) {
    // Of many frames, the first of its kind.
    const own = told.length === 1 ? heard[0] : heard.find((candidate) => kindOf(candidate) === kindOf(value))
    assert.ok(own !== undefined, `line ${line}, value ${at + 1}: not in ${withoutSecrets(printed)}`)
    if (typeof value !== 'object') assert.equal(own, value, `line ${line}`)
    sameShape(value, own, `line ${line}, value ${at + 1}`)
  }
}

const kindOf = (value: unknown): string => Object.keys(Object(value)).sort().join(' ')

/** One JSON value, or one a line. */
function valuesOf(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    return lines.map((line) => JSON.parse(line))
  }
}

function sameShape(told: unknown, heard: unknown, where: string): void {
  if (told === null || heard === null) return
  if (Array.isArray(told)) {
    assert.ok(Array.isArray(heard), `${where} is a list`)
    assert.ok(told.length === 0 || heard.length > 0, `${where} holds something`)
    for (const [at, value] of told.slice(0, heard.length).entries())
      sameShape(value, heard[at], `${where}.${at}`)
  } else if (typeof told === 'object') {
    assert.deepEqual(Object.keys(Object(heard)).sort(), Object.keys(told).sort(), where)
    // What a caller decides by is told to the letter.
    if ('error_code' in told)
      assert.deepEqual({ ...Object(heard), request_id: '' }, { ...told, request_id: '' }, where)
    for (const [name, value] of Object.entries(told))
      sameShape(value, (heard as Record<string, unknown>)[name], `${where}.${name}`)
  } else if (typeof told === 'string' && !isTime(told)) assert.match(String(heard), asTold(told), where)
  else if (typeof told === 'boolean') assert.equal(heard, told, where)
  else assert.equal(typeof heard, typeof told, where)
}

const isTime = (text: string): boolean => /^\d{4}-\d{2}(?:-\d{2}(?:T[\d:.]+Z)?)?$/.test(text)
/** An ellipsis stands for what differs each time; everything else is told to the letter. */
const asTold = (text: string): RegExp => new RegExp(`^${text.split('…').map(RegExp.escape).join('.*')}$`)

/** What a guide writes to files is heard. */
async function checkHeard(text: string, folder: string): Promise<void> {
  const names = new Set([...text.matchAll(/[\w-]+\.(?:wav|flac|mp3|opus|pcm)\b/g)].map(([name]) => name))
  for (const name of names) {
    const bytes = await readFile(join(folder, name))
    const samples = samplesIn(bytes, extname(name))
    assert.ok(samples.length > 8_000 && peakOf(samples) > 2_000, `${name}: ${samples.length} samples`)
  }
}

function samplesIn(bytes: Buffer, ending: string): Int16Array {
  if (ending === '.pcm') return samplesOf(bytes)
  // A slow machine's WAV has its length left open, which ffmpeg takes for a file that was cut off.
  if (ending === '.wav') return samplesOf(bytes.subarray(WAV_HEADER_BYTES))
  return decodedSamples(bytes, ending === '.opus' ? 'ogg' : ending === '.mp3' ? 'mp3' : 'flac', 24_000)
}

const WAV_HEADER_BYTES = 44

for (const [slug, markdown] of guides) {
  test(`${slug}: every command and program runs as it is printed`, async () => {
    const folder = await readersFolder()
    try {
      const printed = await follow(markdown, folder)
      for (const [at, step] of stepsOf(markdown).entries()) checkPrinted(printed[at] ?? '', step)
      await checkHeard(
        stepsOf(markdown)
          .map(({ text }) => text)
          .join('\n'),
        folder,
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

suite('every guide', () => {
  for (const [slug, markdown] of guides) {
    test(`${slug}: a title, a summary, sections; no markup but Markdown`, () => {
      assert.match(markdown, /^# [^\n]+\n\n[A-Z][^\n]+(?:\n[^\n]+)*\n\n(?!#{3})/)
      const words = markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '')
      assert.doesNotMatch(words, /<\/?[a-z!][^>]*>|!\[/)
      for (const { language } of blocksOf(markdown))
        assert.ok(['bash', 'javascript', 'typescript', 'python', 'json', 'text'].includes(language), language)
      assert.equal(
        [...markdown.matchAll(/^```/gm)].length,
        2 * blocksOf(markdown).length,
        'fences have languages',
      )
    })

    test(`${slug}: links lead somewhere, to operations that there are`, () => {
      const operations = new Set<string>(Object.values(ROUTES).map(({ operationId }) => operationId))
      for (const [, target = ''] of markdown.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (target.startsWith('https://')) continue
        const [, page = '', part] = /^([a-z-]+)\.md(?:#([\w-]+))?$/.exec(target) ?? []
        assert.ok(slugs.includes(page) || OTHER_PAGES.includes(page), target)
        if (page === 'http' && part !== undefined) assert.ok(operations.has(part), target)
        if (part !== undefined && slugs.includes(page)) assert.ok(headingsOf(page).includes(part), target)
      }
    })

    test(`${slug}: names no setting that there is not`, () => {
      const known = readConfig({}).settings.map(({ variable }) => variable)
      const names = [...markdown.matchAll(/\b(?:KUGELAUDIO|OTEL)_[A-Z0-9_]*[A-Z0-9]/g)].map(([name]) => name)
      assert.deepEqual(unknownVariables(Object.fromEntries(names.map((name) => [name, '1']))), [])
      for (const name of names.filter((name) => name.startsWith('OTEL_')))
        assert.ok(known.includes(name) || name === 'OTEL_EXPORTER_OTLP_HEADERS', name)
    })
  }
})

/** Names of the sections of a guide, as links to them have them. */
const headingsOf = (slug: string): string[] =>
  [...(guides.get(slug) ?? '').matchAll(/^##+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

test('the table of errors has every failure, with its status, close code, message and whether to try again', () => {
  const told = rowsOf('errors', '`error_code`')
  const held = Object.entries(FAILURES).map(([code, { status, close, message, retryable }]) => [
    `\`${code}\``,
    String(status),
    String(close),
    retryable ? 'yes' : 'no',
    message,
  ])
  assert.deepEqual(told, held)
})

/** The rows of a guide's first table whose first column has this title, without their outer bars. */
function rowsOf(slug: string, title: string): string[][] {
  const lines = (guides.get(slug) ?? '').split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| ${title} |`))
  assert.notEqual(head, -1, `${slug} has a table of ${title}`)
  const after = lines.slice(head + 2)
  const end = after.findIndex((line) => !line.startsWith('|'))
  return after.slice(0, end === -1 ? undefined : end).map((line) => line.slice(2, -2).split(' | '))
}

const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
const firstCodes = (slug: string, title: string): string[] =>
  rowsOf(slug, title).flatMap(([first = '']) => codesIn(first))

test('the guides name every format, language, scope, event and plan, and none that there is not', () => {
  assert.deepEqual(firstCodes('speech', '`output_format`').sort(), [...OUTPUT_FORMATS.keys()].sort())
  const [, languages = ''] = /`language` is one of: ([^.]*)\./.exec(guides.get('speech') ?? '') ?? []
  assert.deepEqual(codesIn(languages), [...LANGUAGES])
  assert.deepEqual(firstCodes('authentication', 'scope'), [...SCOPES])
  assert.deepEqual(firstCodes('webhooks', 'event'), [...WEBHOOK_EVENTS])
  const told = (limit: number | null): string => (limit === null ? 'no limit' : String(limit))
  assert.deepEqual(
    rowsOf('usage-and-limits', 'plan'),
    DEFAULT_PLANS.map((plan) => [
      `\`${plan.name}\``,
      told(plan.requests_per_minute),
      told(plan.concurrent_streams),
      told(plan.characters_per_request),
      told(plan.characters_per_month),
      plan.features.length === FEATURES.length
        ? 'all'
        : plan.features.map((feature) => `\`${feature}\``).join(' '),
    ]),
  )
})

test('messages that the guide to sockets tells in passing have members that messages and frames have', () => {
  const messages = [SpeakMessage, StreamMessage, ContextMessage]
  const frames = [...SpeakFrame.options, ...StreamFrame.options, ...ContextFrame.options]
  const members = [...messages, ...frames].flatMap(({ shape }) => Object.keys(shape))
  const known = new Set([...members, 'cancel', 'update_settings'])
  const told = codesIn((guides.get('websockets') ?? '').replaceAll(/^```.*?^```$/gms, '')).filter((code) =>
    code.startsWith('{'),
  )
  assert.ok(told.length > 5)
  for (const code of told)
    for (const name of Object.keys(JSON.parse(code))) assert.ok(known.has(name), `${code}: ${name}`)
})
