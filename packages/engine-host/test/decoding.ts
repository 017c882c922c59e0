import { spawnSync } from 'node:child_process'
import type { Format } from '../src/audio/formats.ts'
import { WAV_HEADER_BYTES } from '../src/audio/wav-header.ts'

/** The samples of an encoded stream, decoded by programs that know nothing of this package. */
export function decode(bytes: Buffer, { codec, sampleRate }: Format): Int16Array {
  switch (codec) {
    case 'pcm_s16le':
      return samplesIn(bytes)
    case 'wav':
      return samplesIn(bytes.subarray(WAV_HEADER_BYTES))
    case 'mulaw':
    case 'alaw':
      return ffmpeg(bytes, ['-f', codec, '-ar', `${sampleRate}`, '-ac', '1'], sampleRate)
    case 'flac':
      return ffmpeg(bytes, ['-f', 'flac'], sampleRate)
    case 'mp3':
      return ffmpeg(bytes, ['-f', 'mp3'], sampleRate)
    case 'opus':
      return ffmpeg(bytes, ['-f', 'ogg'], sampleRate)
  }
}

/** Runs a program of the system on bytes; throws naming the package it is in when it is not installed. */
export function run(program: string, args: string[], input: Uint8Array, debianPackage: string) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 256 * 1024 * 1024 })
  if (error !== undefined) {
    throw new Error(`${program} is missing (Debian: apt-get install ${debianPackage})`, { cause: error })
  }
  return { status, stdout, stderr: stderr.toString('utf8') }
}

function ffmpeg(bytes: Buffer, inputArgs: string[], sampleRate: number): Int16Array {
  const output = ['-f', 's16le', '-ar', `${sampleRate}`, '-ac', '1', '-']
  const args = ['-hide_banner', '-loglevel', 'error', '-xerror', ...inputArgs, '-i', '-', ...output]
  const { status, stdout, stderr } = run('ffmpeg', args, bytes, 'ffmpeg')
  if (status !== 0 || stderr !== '') throw new Error(`ffmpeg: ${stderr}`)
  return samplesIn(stdout)
}

/** 16-bit little-endian samples; throws when the last one is not whole. */
export function samplesIn(bytes: Buffer): Int16Array {
  if (bytes.length % 2 !== 0) throw new RangeError(`${bytes.length} bytes are not whole samples`)
  const samples = new Int16Array(bytes.length / 2)
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * 2)
  return samples
}
