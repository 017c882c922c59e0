import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { wavHeader } from '../audio.ts'
import { KugelAudioError, ValidationError } from '../errors.ts'
import type { AudioEncoding } from '../frames.ts'
import { download, formatOf } from '../node.ts'
import type { SpeechOptions } from '../speech-options.ts'
import type { TtsResource } from '../tts.ts'
import { passagesOf } from './passages.ts'
import { PLAYER_NAMES, startPlayer } from './player.ts'
import type { Terminal } from './terminal.ts'

/** What `say` was told. */
export type SayOptions = SpeechOptions & { text: string; file: string | undefined; signal: AbortSignal }

/** Where raw audio goes; `end` resolves when it is there. */
type Sink = { write(bytes: Uint8Array): Promise<void>; end(): Promise<void>; abandon(): Promise<void> }
type Audio = { sampleRate: number; encoding: AudioEncoding }

/** Speaks a text of any length: to a file, to standard output (`-`), or through a player. */
export async function say(tts: TtsResource, wanted: SayOptions, terminal: Terminal): Promise<void> {
  const { text, file, signal, ...options } = wanted
  const passages = passagesOf(text)
  if (passages.length === 0)
    throw new ValidationError('There is nothing to say: give a text, or one on standard input')
  const format = file === undefined || file === '-' ? undefined : formatOf(file)
  // Containers other than WAV come whole from the server.
  if (file !== undefined && format !== undefined && !/^(wav|pcm|ulaw|alaw)/.test(format)) {
    if (passages.length > 1)
      throw new ValidationError(`A text of this length goes to .wav or .pcm, not to ${file}`)
    return download(tts, { ...options, text, outputFormat: format, signal }, file)
  }
  if (file !== undefined && format !== undefined && format !== 'wav' && options.outputFormat === undefined)
    options.outputFormat = format
  let sink: Sink | null = null
  let doneCharacters = 0
  const whole = passages.reduce((sum, { length }) => sum + length, 0)
  try {
    for (const passage of passages) {
      for await (const event of tts.stream({ ...options, text: passage, wordTimestamps: true, signal })) {
        if (event.type === 'audio') {
          sink ??= await sinkFor(file, event.chunk, terminal)
          await sink.write(event.chunk.bytes)
        }
        if (event.type === 'words')
          terminal.progress((doneCharacters + (event.words.at(-1)?.charEnd ?? 0)) / whole)
        if (event.type === 'restart') terminal.note(`${event.error.message}; saying it anew`)
      }
      doneCharacters += passage.length
      terminal.progress(doneCharacters / whole)
    }
    await sink?.end()
  } catch (error) {
    await sink?.abandon()
    throw error
  } finally {
    terminal.endProgress()
  }
}

async function sinkFor(file: string | undefined, audio: Audio, terminal: Terminal): Promise<Sink> {
  if (file === '-') return rawSink(terminal.output)
  if (file !== undefined) return fileSink(file, audio)
  if (audio.encoding !== 'pcm_s16le') throw new ValidationError('Players take 16-bit audio only: add -o FILE')
  const player = await startPlayer(audio.sampleRate, terminal.environment['PATH'])
  if (player?.stdin === null || player === null)
    throw new ValidationError(`No player found (${PLAYER_NAMES}): add -o FILE, or -o - for standard output`)
  const { stdin } = player
  let failure: string | null = null
  player.on('error', (error) => {
    failure = error.message
  })
  const closed = once(player, 'close').then(([code]) => code as number | null)
  /** That it has ended well, also where that is seen first by what it does not take any more. */
  const played = async (): Promise<void> => {
    const code = await closed
    if (failure !== null || code !== 0)
      throw new KugelAudioError(
        `${player.spawnfile} could not play it (${failure ?? `code ${code}`}): add -o FILE`,
      )
  }
  const sink = rawSink(stdin)
  return {
    write: (bytes) => Promise.race([sink.write(bytes).catch(played), closed.then(played)]),
    async end() {
      stdin.end()
      await played()
    },
    async abandon() {
      player.kill()
      await closed
    },
  }
}

function rawSink(output: Writable): Sink {
  output.on('error', () => {})
  return {
    async write(bytes) {
      if (!output.write(bytes) && !output.destroyed)
        await Promise.race([once(output, 'drain'), once(output, 'close')])
    },
    end: async () => {},
    abandon: async () => {},
  }
}

/** A file whose header says its length only at the end: a WAV that was cut off is none. */
async function fileSink(path: string, { sampleRate, encoding }: Audio): Promise<Sink> {
  const isWav = !/\.(pcm|raw|ulaw|alaw)$/i.test(path)
  const output = createWriteStream(path)
  await once(output, 'open')
  let bytesWritten = 0
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => output.write(bytes, (error) => (error ? reject(error) : resolve())))
  const close = async (): Promise<void> => {
    output.end()
    await once(output, 'close')
  }
  if (isWav) await write(wavHeader(0, sampleRate, encoding))
  return {
    async write(bytes) {
      bytesWritten += bytes.byteLength
      await write(bytes)
    },
    async end() {
      await close()
      if (!isWav) return
      const again = createWriteStream(path, { flags: 'r+' })
      again.end(wavHeader(bytesWritten, sampleRate, encoding))
      await once(again, 'close')
    },
    async abandon() {
      await close()
      await rm(path, { force: true })
    },
  }
}
