import assert from 'node:assert/strict'
import { randomFillSync } from 'node:crypto'
import { test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Failure } from '../src/failure.ts'
import { type Recording, takeRecording } from '../src/speech/own-voices/recording.ts'
import { runProgram } from './harness/programs.ts'
import { codedBy, FLAC, MP3, OPUS, wavOf } from './harness/recordings.ts'

const SECONDS = 2

const CODED: [what: string, type: string, bytes: () => Buffer, toleranceMs?: number][] = [
  ['WAV of 16 bits', 'audio/wav', () => wavOf(SECONDS)],
  ['WAV of 24 bits', 'audio/wav', () => codedBy(SECONDS, ['-c:a', 'pcm_s24le', '-f', 'wav'])],
  ['WAV of floats', 'audio/wav', () => codedBy(SECONDS, ['-c:a', 'pcm_f32le', '-f', 'wav'])],
  ['WAV of µ-law', 'audio/wav', () => codedBy(SECONDS, ['-ar', '8000', '-c:a', 'pcm_mulaw', '-f', 'wav'])],
  ['WAV of two channels', 'audio/wav', () => codedBy(SECONDS, ['-ac', '2', '-f', 'wav'])],
  ['WAV of six channels (extensible)', 'audio/wav', () => codedBy(SECONDS, ['-ac', '6', '-f', 'wav'])],
  ['WAV with other chunks', 'audio/wav', () => codedBy(SECONDS, ['-metadata', 'title=Odd', '-f', 'wav'])],
  ['FLAC', 'audio/flac', () => codedBy(SECONDS, FLAC)],
  ['FLAC that tells its length', 'audio/flac', () => telling(codedBy(SECONDS, FLAC), SECONDS)],
  ['FLAC of 44100 Hz', 'audio/flac', () => codedBy(SECONDS, ['-ar', '44100', ...FLAC])],
  ['FLAC of short frames', 'audio/flac', () => codedBy(SECONDS, ['-frame_size', '192', ...FLAC])],
  // Encoders of MP3 add silence at both ends.
  ['MP3', 'audio/mpeg', () => codedBy(SECONDS, MP3), 120],
  ['MP3 of a variable bit rate', 'audio/mpeg', () => codedBy(SECONDS, ['-q:a', '4', ...MP3]), 120],
  ['MP3 of 8 kHz (MPEG 2.5)', 'audio/mpeg', () => codedBy(SECONDS, ['-ar', '8000', ...MP3]), 250],
  ['MP3 without a tag', 'audio/mpeg', () => codedBy(SECONDS, ['-id3v2_version', '0', ...MP3]), 120],
  ['Opus', 'audio/ogg', () => codedBy(SECONDS, OPUS), 40],
  ['Opus of short frames', 'audio/ogg', () => codedBy(SECONDS, ['-frame_duration', '2.5', ...OPUS]), 40],
  ['Opus of long frames', 'audio/ogg', () => codedBy(SECONDS, ['-frame_duration', '60', ...OPUS]), 80],
]

for (const [what, type, bytesOf, toleranceMs = 1] of CODED) {
  test(`${what} is known by its content, and measured by its frames`, () => {
    const { contentType, durationMs } = takeRecording(bytesOf(), 'file')
    assert.equal(contentType, type)
    assert.ok(Math.abs(durationMs - SECONDS * 1_000) <= toleranceMs, `${durationMs} ms`)
  })
}

const flawOf = (bytes: Uint8Array): string => {
  try {
    const taken = takeRecording(bytes, 'file')
    return `taken as ${taken.contentType}, ${taken.durationMs} ms`
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'VALIDATION_ERROR')
    return error.message
  }
}

const NOT_AUDIO = /^file: is not audio that is read here; send WAV, FLAC, MP3 or Opus in Ogg$/
const noise = (bytes: number): Buffer => randomFillSync(Buffer.alloc(bytes))
/** A file of 42 kB that unpacks to 42 MB. */
const zipBomb = (): Buffer => Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(Buffer.alloc(42e6))])

const REFUSED: [what: string, bytes: () => Buffer, says: RegExp][] = [
  ['nothing', () => Buffer.alloc(0), /^file: is empty$/],
  ['text', () => Buffer.from('Hello, this is not audio.'), NOT_AUDIO],
  ['zeros', () => Buffer.alloc(100_000), NOT_AUDIO],
  ['a zip bomb', zipBomb, NOT_AUDIO],
  ['sound that is packed', () => gzipSync(wavOf(1)), NOT_AUDIO],
  ['a web page', () => Buffer.from('<!doctype html><script>alert(1)</script>'), NOT_AUDIO],
  ['M4A', () => Buffer.from('\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0', 'latin1'), NOT_AUDIO],
  ['the name RIFF alone', () => Buffer.from('RIFF'), NOT_AUDIO],
  ['a WAV that ends after its head', () => wavOf(0), /^file: holds no sound, or too little/],
  ['a WAV without samples', () => wavOf(1).subarray(0, 36), /^file: is a WAV without samples$/],
  ['a WAV of 32 bytes', () => wavOf(1).subarray(0, 32), /^file: is a WAV whose coding/],
  ['a WAV at 1 Hz that lasts for hours', () => patched(wavOf(1), 24, 1), /^file: is a WAV whose coding/],
  [
    'a WAV of a coding nobody knows',
    () => patched(wavOf(1), 20, 0x0055_0055),
    /^file: is a WAV whose coding/,
  ],
  ['a blink', () => wavOf(0.05), /^file: holds no sound, or too little/],
  ['eleven minutes', () => wavOf(660, { rate: 4_000 }), /^file: is longer than 600 seconds/],
  ['eleven minutes of MP3', () => codedBy(660, ['-b:a', '32k', ...MP3]), /^file: is longer than 600/],
  [
    'eleven minutes of Opus',
    () => codedBy(660, ['-b:a', '6k', ...OPUS, '-compression_level', '0']),
    /^file: is longer than 600/,
  ],
  [
    'FLAC that is cut off',
    () => cut(telling(codedBy(SECONDS, FLAC), SECONDS), 0.5),
    /^file: is FLAC that is damaged/,
  ],
  ['FLAC without frames', () => codedBy(SECONDS, FLAC).subarray(0, 42), /^file: is FLAC that is damaged/],
  [
    'Opus that is cut off',
    () => cut(codedBy(SECONDS, OPUS), 0.5),
    /^file: is Ogg that is damaged or cut off$/,
  ],
  ['Vorbis', () => codedBy(SECONDS, ['-c:a', 'libvorbis', '-f', 'ogg']), /^file: is Ogg, and not one stream/],
  ['two streams in Ogg', () => Buffer.concat([codedBy(1, OPUS), codedBy(1, OPUS)]), /not one stream of Opus/],
  [
    'a tag of MP3 and no sound',
    () => Buffer.from('ID3\x04\0\0\0\0\0\x05hello', 'latin1'),
    /has a tag of MP3/,
  ],
  [
    'a tag that ends beyond the file',
    () => Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'),
    /tag of MP3/,
  ],
  ['two frames in noise', () => Buffer.concat([codedBy(1, MP3).subarray(0, 2_000), noise(9_000)]), NOT_AUDIO],
]
for (const [what, bytesOf, says] of REFUSED) {
  test(`${what} is refused, and the answer says why`, () => assert.match(flawOf(bytesOf()), says))
}

function patched(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt32LE(value, at)
  return bytes
}

/** What the head of a FLAC of 16 kHz tells of its length; a program that writes into a pipe leaves it out. */
function telling(flac: Buffer, seconds: number): Buffer {
  flac.writeUInt32BE(seconds * 16_000, TOTAL_SAMPLES_AT)
  return flac
}
const TOTAL_SAMPLES_AT = 4 + 4 + 14

const cut = (bytes: Buffer, share: number): Buffer => bytes.subarray(0, Math.floor(bytes.length * share))

test('a WAV whose head claims hours is as long as what is there', () => {
  for (const claimed of [0xffff_ffff, 0x7fff_ffff, 0])
    assert.equal(takeRecording(wavOf(SECONDS, { claimed }), 'file').durationMs, SECONDS * 1_000)
})

test('hours of silence in a small FLAC are hours, whatever its head says', () => {
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '7200', '-frame_size', '4608']
  const bomb = runProgram('ffmpeg', ['-v', 'error', ...silence, ...FLAC, 'pipe:1'], Buffer.alloc(0), 'ffmpeg')
  assert.ok(bomb.length < 1e6)
  assert.match(flawOf(bomb), /longer than 600 seconds|damaged/)
  // As a head that tells of one second.
  const lying = Buffer.from(bomb)
  lying.writeUInt32BE(8_000, TOTAL_SAMPLES_AT)
  assert.match(flawOf(lying), /is FLAC that is damaged/)
  // As a head that tells nothing.
  lying.writeUInt32BE(0, TOTAL_SAMPLES_AT)
  assert.match(flawOf(lying), /longer than 600 seconds/)
})

test('hours of Opus in packets of one byte are hours', () => {
  const sound = codedBy(1, OPUS)
  const secondPage = sound.indexOf('OggS', 4)
  const thirdPage = sound.indexOf('OggS', secondPage + 4)
  const head = sound.subarray(0, thirdPage)
  const page = Buffer.concat([
    Buffer.from('OggS\0\0', 'latin1'),
    Buffer.alloc(8),
    head.subarray(14, 18),
    Buffer.alloc(8),
    Buffer.from([255, ...Array(255).fill(2)]),
    // CELT, six frames of 20 ms each.
    Buffer.from(Array(255).fill([0b11111011, 6]).flat()),
  ])
  const bomb = Buffer.concat([head, ...Array(1_000).fill(page)])
  assert.ok(bomb.length < 1e6)
  assert.match(flawOf(bomb), /longer than 600 seconds/)
})

test('what is made to be looked at for long is given up', () => {
  const frames = codedBy(1, ['-id3v2_version', '0', ...MP3])
  const endless = Buffer.concat([frames, Buffer.alloc(2_000_000, 0xff)])
  assert.match(flawOf(endless), /is MP3 that is damaged/)
  const flac = codedBy(1, FLAC)
  const start = flac.indexOf(Buffer.from([0xff, 0xf8]))
  const hollow = Buffer.concat([flac.subarray(0, start + 16), Buffer.alloc(2_000_000, 0xff)])
  assert.match(flawOf(hollow), /is FLAC that is damaged/)
})

test('any bytes at all are taken as audio or refused, and nothing else happens', () => {
  const starts = [Buffer.alloc(0), wavOf(0.2), codedBy(0.2, FLAC), codedBy(0.2, MP3), codedBy(0.2, OPUS)]
  const hostile = fc
    .record({
      start: fc.constantFrom(...starts),
      changes: fc.array(fc.tuple(fc.nat(6_000), fc.nat(255)), { maxLength: 8 }),
      end: fc.nat(9_000),
      more: fc.uint8Array({ maxLength: 64 }),
    })
    .map(({ start, changes, end, more }) => {
      const bytes = Buffer.from(start)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      return Buffer.concat([bytes.subarray(0, end), more])
    })
  fc.assert(
    fc.property(hostile, (bytes) => {
      let taken: Recording | null = null
      try {
        taken = takeRecording(bytes, 'file')
      } catch (error) {
        assert.ok(error instanceof Failure && error.code === 'VALIDATION_ERROR', String(error))
        return
      }
      assert.ok(taken.durationMs >= 100 && taken.durationMs <= 600_000)
    }),
    { numRuns: 2_000 },
  )
})
