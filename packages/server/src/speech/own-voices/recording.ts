import { REFERENCE_SECONDS_MAX, REFERENCE_SECONDS_MIN, type ReferenceType } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'
import { measureFlac } from './recording/flac.ts'
import { measureMp3 } from './recording/mp3.ts'
import { measureOggOpus } from './recording/ogg-opus.ts'
import { measureWav } from './recording/wav.ts'

/** What is known of a recording from its own bytes. */
export type Recording = { contentType: ReferenceType; durationMs: number }

/** What measuring comes to: how long the sound is that is really there, or what is wrong with the file. */
export type Measured = { seconds: number } | { flaw: string }

/** Endings of files, by their type. */
export const ENDINGS: Record<ReferenceType, string> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
}

/** The one that needs most looking comes last; FLAC too may have a tag that is usually MP3's. */
const MEASURES: readonly [ReferenceType, (bytes: Buffer) => Measured | null][] = [
  ['audio/wav', measureWav],
  ['audio/flac', measureFlac],
  ['audio/ogg', measureOggOpus],
  ['audio/mpeg', measureMp3],
]

/**
 * Takes bytes as a recording. Names and declared types are not believed (official clients send `audio/wav` for all), nor
 * are lengths in headers: frames are walked through. `name` is what the caller calls the file. Throws
 * `VALIDATION_ERROR`.
 */
export function takeRecording(content: Uint8Array, name: string): Recording {
  const flawed = (flaw: string): Failure => new Failure('VALIDATION_ERROR', `${name}: ${flaw}`)
  if (content.length === 0) throw flawed('is empty')
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (const [contentType, measure] of MEASURES) {
    const measured = measure(bytes)
    if (measured === null) continue
    if ('flaw' in measured) throw flawed(measured.flaw)
    const { seconds } = measured
    if (seconds > REFERENCE_SECONDS_MAX)
      throw flawed(`is longer than ${REFERENCE_SECONDS_MAX} seconds; cut out the best part`)
    if (seconds < REFERENCE_SECONDS_MIN) throw flawed('holds no sound, or too little of it')
    return { contentType, durationMs: Math.round(seconds * 1_000) }
  }
  throw flawed('is not audio that is read here; send WAV, FLAC, MP3 or Opus in Ogg')
}
