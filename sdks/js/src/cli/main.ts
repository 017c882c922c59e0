import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { KugelAudio } from '../client.ts'
import { ValidationError } from '../errors.ts'
import { Management } from '../management.ts'
import { VERSION } from '../version.ts'
import { forgetLogin, loginPath, readLogin, writeLogin } from './login.ts'
import { say } from './say.ts'
import { Terminal, table, type World } from './terminal.ts'

const HELP = `Usage: kugelaudio COMMAND

  say [TEXT]            speak a text, or standard input
  voices                voices that can be used
  models                models that can speak
  keys                  the account's keys; needs a key with the scope keys:manage
  login                 remember where the key is, never the key itself

say: -o FILE (.wav .mp3 .opus .flac .pcm; - is standard output), --voice, --model, --language, --speed,
     --sample-rate, --format
login: --env NAME or --key-file PATH, --api-url URL; --forget
All: --api-url URL, --region eu|us|global, --json (voices, models, keys), --help, --version

The key comes from KUGELAUDIO_API_KEY, else from where login says it is.
`

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  voice: { type: 'string' },
  model: { type: 'string' },
  language: { type: 'string' },
  speed: { type: 'string' },
  'sample-rate': { type: 'string' },
  format: { type: 'string' },
  env: { type: 'string' },
  'key-file': { type: 'string' },
  forget: { type: 'boolean' },
  'api-url': { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

type Values = { [Name in keyof typeof OPTIONS]?: string | boolean | undefined }

/** Runs a command; its exit code: 0, 1 when it failed, 2 when it was not understood. */
export async function main(world: World): Promise<number> {
  const terminal = new Terminal(world)
  try {
    const { values, positionals } = parseArgs({
      args: [...world.words],
      options: OPTIONS,
      allowPositionals: true,
    })
    const [name, ...words] = positionals
    if (values.version === true) terminal.print(VERSION)
    else if (values.help === true || name === undefined) terminal.print(HELP.trimEnd())
    else if (Object.hasOwn(COMMANDS, name)) await COMMANDS[name]?.({ words, values, world, terminal })
    else {
      terminal.note(`No such command: ${name}\n\n${HELP.trimEnd()}`)
      return 2
    }
    return 0
  } catch (error) {
    terminal.note(error instanceof Error ? error.message : String(error))
    return (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true ? 2 : 1
  }
}

type Given = { words: readonly string[]; values: Values; world: World; terminal: Terminal }

const COMMANDS: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  say: async ({ words, values, world, terminal }) => {
    const client = new KugelAudio(await options(values, world.environment))
    try {
      const wanted = { ...spoken(values), text: await textOf(words, world), signal: world.signal }
      await say(client.tts, wanted, terminal)
    } finally {
      client.close()
    }
  },
  voices: async (given) => {
    const client = new KugelAudio(await options(given.values, given.world.environment))
    const { voices } = await client.voices.list({ limit: 100, signal: given.world.signal })
    show(given, voices, ['ID', 'HANDLE', 'NAME', 'LANGUAGES'], (one) => [
      String(one.id),
      one.handle ?? '',
      one.name,
      one.supportedLanguages.join(' '),
    ])
  },
  models: async (given) => {
    const client = new KugelAudio(await options(given.values, given.world.environment))
    const models = await client.models.list({ signal: given.world.signal })
    show(given, models, ['ID', 'NAME', 'CHARACTERS', 'HZ'], (one) => [
      one.id,
      one.name,
      String(one.maxInputLength),
      String(one.sampleRate),
    ])
  },
  keys: async (given) => {
    const management = new Management(await options(given.values, given.world.environment))
    const { keys } = await management.keys.list({ signal: given.world.signal })
    show(given, keys, ['ID', 'KEY', 'STATE', 'FOR', 'LAST USED', 'NAME'], (one) => [
      one.id,
      one.hint,
      one.state,
      one.environment,
      one.lastUsed?.at ?? 'never',
      one.name,
    ])
  },
  login: async ({ values, world: { environment }, terminal }) => {
    if (values.forget === true) {
      await forgetLogin(environment)
      return terminal.note('Forgotten.')
    }
    const { env, 'key-file': file, 'api-url': apiUrl } = values as Record<string, string | undefined>
    const keyFrom = file !== undefined ? { file: resolve(file) } : { env: env ?? 'KUGELAUDIO_API_KEY' }
    await writeLogin({ keyFrom, ...(apiUrl === undefined ? {} : { apiUrl }) }, environment)
    const where = 'file' in keyFrom ? `the file ${keyFrom.file}` : `the variable ${keyFrom.env}`
    terminal.note(`The key is read from ${where}. ${loginPath(environment)} says so, and holds no key.`)
  },
}

function show<Item>(
  { values, terminal }: Given,
  items: readonly Item[],
  heads: string[],
  cells: (item: Item) => string[],
): void {
  terminal.print(values.json === true ? JSON.stringify(items) : table([heads, ...items.map(cells)]))
}

async function options(values: Values, environment: World['environment']) {
  const own = { apiKey: environment['KUGELAUDIO_API_KEY'] || undefined }
  const kept = own.apiKey === undefined ? await readLogin(environment) : {}
  const { 'api-url': apiUrl, region } = values as { 'api-url'?: string; region?: 'eu' }
  return {
    ...own,
    ...kept,
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(region === undefined ? {} : { region }),
  }
}

function spoken(values: Values) {
  const { output, voice, model, language, format } = values as Record<string, string | undefined>
  return {
    file: output,
    voiceId: voice !== undefined && /^\d+$/.test(voice) ? Number(voice) : voice,
    modelId: model,
    language,
    outputFormat: format,
    speed: numberOf('speed', values.speed),
    sampleRate: numberOf('sample-rate', values['sample-rate']),
  }
}

function numberOf(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (value === '' || !Number.isFinite(number)) throw new ValidationError(`--${name} must be a number`)
  return number
}

async function textOf(words: readonly string[], { input }: World): Promise<string> {
  if (words.length > 0 && words.join(' ') !== '-') return words.join(' ')
  if (input.isTTY === true && words.length === 0)
    throw new ValidationError('say: give a text, or one on standard input')
  const pieces: Uint8Array[] = []
  for await (const piece of input) pieces.push(piece as Uint8Array)
  return Buffer.concat(pieces).toString('utf8')
}
