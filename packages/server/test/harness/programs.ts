import { spawnSync } from 'node:child_process'

/** Runs a program of the system on bytes; throws with its name and package when it is not there, or when it fails. */
export function runProgram(
  program: string,
  args: string[],
  input: Uint8Array,
  debianPackage: string,
): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 256 * 1024 * 1024 })
  if (error !== undefined)
    throw new Error(`${program} is missing (Debian: apt-get install ${debianPackage})`, { cause: error })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
  return stdout
}

/** The 16-bit mono samples of an encoded stream at a rate, decoded by ffmpeg. Throws on the slightest complaint. */
export function decodedSamples(
  bytes: Uint8Array,
  format: 'flac' | 'mp3' | 'ogg' | 'wav',
  sampleRate: number,
): Int16Array {
  const args = ['-hide_banner', '-loglevel', 'error', '-xerror', '-f', format, '-i', '-']
  const pcm = runProgram(
    'ffmpeg',
    [...args, '-f', 's16le', '-ar', `${sampleRate}`, '-ac', '1', '-'],
    bytes,
    'ffmpeg',
  )
  return samplesOf(pcm)
}

/** 16-bit little-endian samples. */
export const samplesOf = (bytes: Buffer): Int16Array =>
  Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) => bytes.readInt16LE(2 * at))

/** The loudest sample. */
export const peakOf = (samples: Int16Array): number =>
  samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)
