import { openSync, writeSync } from 'node:fs'
import { extname } from 'node:path'
import { text as streamText } from 'node:stream/consumers'
import { type AudioFormat, GenerateRequest } from '@kugelaudio/contract'
import { Command } from 'commander'
import { unmetered } from '../accounts/meter.ts'
import { createPlans } from '../accounts/plans.ts'
import { OpenGrants } from '../auth/grants.ts'
import { composeEngine } from '../compose/engine.ts'
import { composeSpeech } from '../compose/speech.ts'
import { realWorld } from '../compose/world.ts'
import { type Config, readConfig } from '../config.ts'
import { Failure } from '../failure.ts'
import { createLog } from '../log.ts'
import { parseBy } from '../parse.ts'
import type { TurnTotals } from '../speech/turn.ts'
import { wavSizes } from '../speech/wav-sizes.ts'
import { print } from './context.ts'

type Options = {
  out?: string
  voice?: string
  language?: string
  speed?: string
  format?: string
  json?: boolean
}

/** Formats by the ending of a file's name. */
const FORMAT_BY_ENDING: Record<string, string> = {
  '.wav': 'wav',
  '.flac': 'flac',
  '.mp3': 'mp3',
  '.opus': 'opus',
  '.ogg': 'opus',
  '.pcm': 'pcm_24000',
}

export const sayCommand = (): Command =>
  new Command('say')
    .description('speak a text into a file, with the engine of this server and without a key')
    .argument('[text]', 'what to say; standard input when left out')
    .option(
      '-o, --out <file>',
      'where to write (.wav, .flac, .mp3, .opus, .pcm); standard output when left out',
    )
    .option('--voice <voice>', 'number or handle of a voice')
    .option('--language <code>', 'as en, de, fr')
    .option('--speed <factor>', '0.8 to 1.2')
    .option(
      '--format <format>',
      'as wav_24000, mp3_44100_128, pcm_16000 (default: by the file name, else wav)',
    )
    .option('--json', 'print one JSON value (needs --out)')
    .addHelpText(
      'after',
      '\nExamples:\n  kugelaudio-server say "Hello, world!" -o hello.wav\n  kugelaudio-server say --language de < brief.txt | aplay',
    )
    .action(say)

async function say(given: string | undefined, options: Options): Promise<void> {
  if (options.out === undefined && (options.json || process.stdout.isTTY)) {
    throw new Failure('VALIDATION_ERROR', 'out: name a file with -o, or pipe standard output into a player')
  }
  const request = requestOf(given ?? (await streamText(process.stdin)), options)
  const { config } = readConfig(realWorld.environment)
  const log = createLog('error', { write: (line) => void process.stderr.write(line) })
  const engine = composeEngine({ ...config, engineHosts: 1 }, log, realWorld)
  try {
    await speak(request, options, composeSpeech(engine, ALONE, realWorld.clock, FREE, wordsOf(config)))
  } finally {
    await engine.close()
  }
}

/** Nobody can take the operator's authority away in the middle of a sentence. */
const ALONE = {
  current: () => true,
  standing: () => ({ holdsLease: true, leaseAgeMs: null, applied: 0 }),
  nodes: () => [],
  catchUp: async () => {},
  settle: async () => ({ nodes: [], streamsSevered: 0 }),
  join: async () => {},
  leave: async () => {},
}

/** Nor does it take from anyone's plan. */
const FREE = { spendCharacters: async () => {}, openMeter: unmetered }

/** Nor does it know anyone's dictionaries. */
const wordsOf = ({ plans, defaultPlan }: Config) => ({
  plans: createPlans(plans, defaultPlan),
  dictionaryInEffect: async () => null,
})

function requestOf(text: string, options: Options): GenerateRequest {
  const format = options.format ?? FORMAT_BY_ENDING[extname(options.out ?? '').toLowerCase()] ?? 'wav'
  return parseBy(GenerateRequest, {
    text,
    output_format: format,
    voice_id: options.voice,
    language: options.language,
    ...(options.speed === undefined ? {} : { speed: Number(options.speed) }),
  })
}

async function speak(
  request: GenerateRequest,
  options: Options,
  speech: ReturnType<typeof composeSpeech>,
): Promise<void> {
  const grant = operatorGrant()
  const settings = await speech.decideTurn({ ...request, wordTimes: false }, grant.principal)
  const turn = speech.openTurn(grant, settings)
  turn.push(request.text)
  turn.end()
  const write = options.out === undefined ? writeToStandardOutput : writerOf(options.out, settings.format)
  for await (const event of turn.events) {
    if (event.type === 'audio') await write(event.bytes)
    if (event.type === 'done' && options.out !== undefined)
      report(event.totals, settings.format.sampleRate, options)
  }
}

/** Writes a file from its first piece of audio on: what cannot be spoken leaves none. */
function writerOf(path: string, { codec }: AudioFormat): (audio: Uint8Array) => void {
  let file: number | null = null
  let bytes = 0
  return (audio) => {
    file ??= openSync(path, 'w')
    bytes += writeSync(file, audio)
    if (codec === 'wav') writeWavLength(file, bytes)
  }
}

/** Waits for a player that takes its time. */
const writeToStandardOutput = (audio: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.once('error', reject)
    process.stdout.write(audio, () => {
      process.stdout.off('error', reject)
      resolve()
    })
  })

/** The operator needs no key to hear its own engine. */
const operatorGrant = () =>
  new OpenGrants().open({
    principal: {
      kind: 'key',
      accountId: 'operator',
      keyId: 'operator',
      bySecret: 'current',
      plan: 'enterprise',
      scopes: ['speech:generate'],
      limits: {},
      expiresAtMs: null,
      token: null,
    },
    digest: '',
    openedAtMs: realWorld.clock.nowMs(),
    demand: { scope: 'speech:generate', address: null },
  })

/** A streamed WAV does not know its length in advance; a file can be told afterwards. */
function writeWavLength(file: number, bytes: number): void {
  for (const { at, size } of wavSizes(bytes)) writeSync(file, size, 0, size.length, at)
}

function report(totals: TurnTotals, sampleRate: number, options: Options): void {
  const audioSeconds = Math.round((totals.samples / sampleRate) * 1000) / 1000
  const value = {
    path: options.out,
    audio_seconds: audioSeconds,
    characters: totals.characters,
    gen_ms: Math.round(totals.genMs),
  }
  print(options.json, value, `${options.out}: ${audioSeconds} s of speech`)
}
