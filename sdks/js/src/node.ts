import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AudioResponse } from './audio-response.ts'
import type { GenerateOptions } from './speech-options.ts'
import type { TtsResource } from './tts.ts'

/** Writes what was spoken to a file: as WAV, or as it came where the name ends in `.pcm` or `.raw`. */
export async function save(spoken: AudioResponse, path: string): Promise<void> {
  const bytes = /\.(pcm|raw)$/i.test(path) ? spoken.audio : spoken.toWav()
  await writeFile(path, new Uint8Array(bytes))
}

/** Names of files, and the format of the server's that each stands for. */
const FORMATS: Readonly<Record<string, string>> = {
  wav: 'wav',
  mp3: 'mp3',
  opus: 'opus',
  ogg: 'opus',
  flac: 'flac',
  pcm: 'pcm_24000',
  raw: 'pcm_24000',
  ulaw: 'ulaw_8000',
  alaw: 'alaw_8000',
}

/** The format that a file's name stands for; undefined when it stands for none. */
export const formatOf = (path: string): string | undefined =>
  FORMATS[path.split('.').pop()?.toLowerCase() ?? '']

/**
 * Speaks a text into a file while it is made, in the format that its name stands for unless `outputFormat` says otherwise.
 * A file that could not be finished is left as far as it came, and the promise rejects.
 */
export async function download(tts: TtsResource, options: GenerateOptions, path: string): Promise<void> {
  const outputFormat = options.outputFormat ?? formatOf(path)
  const { body } = await tts.download({ ...options, ...(outputFormat === undefined ? {} : { outputFormat }) })
  if (body === null) throw new Error('The server answered without audio')
  await pipeline(Readable.fromWeb(body as never), createWriteStream(path))
}
