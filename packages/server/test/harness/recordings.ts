import { runProgram } from './programs.ts'

/** A WAV of 16-bit mono sound, a tone. `claimed`: bytes of samples that its head says it has. */
export function wavOf(seconds: number, { rate = 16_000, claimed = null as number | null } = {}): Buffer {
  const samples = Math.round(seconds * rate)
  const data = Buffer.alloc(2 * samples)
  for (let at = 0; at < samples; at++)
    data.writeInt16LE(Math.round(8_000 * Math.sin((at * 440 * 2 * Math.PI) / rate)), 2 * at)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(2 * rate, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(claimed ?? data.length, 40)
  return Buffer.concat([head, data])
}

/** The same sound as another program codes it: `words` are ffmpeg's for the output. */
export const codedBy = (seconds: number, words: readonly string[]): Buffer =>
  runProgram('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...words, 'pipe:1'], wavOf(seconds), 'ffmpeg')

export const MP3 = ['-f', 'mp3']
export const FLAC = ['-f', 'flac']
export const OPUS = ['-c:a', 'libopus', '-f', 'ogg']
