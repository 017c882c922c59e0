import type { Encoder } from './encoder.ts'

/** A FLAC stream of unknown length, 16 bits and mono (RFC 9639); its blocks are short, so that the first is heard soon. */
export async function openFlacEncoder(sampleRate: number): Promise<Encoder> {
  libflac ??= loadLibflac()
  const flac = await libflac
  const id = flac.create_libflac_encoder(sampleRate, 1, 16, COMPRESSION_LEVEL, 0, false, BLOCK_SAMPLES)
  if (id === 0) throw new Error('libFLAC: no encoder')
  let written: Uint8Array[] = []
  const status = flac.init_encoder_stream(id, (bytes) => void written.push(bytes.slice()))
  if (status !== 0) {
    flac.FLAC__stream_encoder_delete(id)
    throw new Error(`libFLAC: error ${status}`)
  }
  const taken = (): Uint8Array => {
    const bytes = Buffer.concat(written)
    written = []
    return bytes
  }
  return {
    encode(samples) {
      if (!flac.FLAC__stream_encoder_process_interleaved(id, Int32Array.from(samples), samples.length))
        throw new Error(`libFLAC: state ${flac.FLAC__stream_encoder_get_state(id)}`)
      return taken()
    },
    finish() {
      flac.FLAC__stream_encoder_finish(id)
      return taken()
    },
    free: () => flac.FLAC__stream_encoder_delete(id),
  }
}

/** 0 to 8, as of the `flac` program. Speech becomes no smaller above. */
const COMPRESSION_LEVEL = 5
/** 48 ms at 24,000 Hz. The library's own 4,096 would hold back the first 170 ms. */
const BLOCK_SAMPLES = 1_152

type Libflac = typeof import('libflacjs/dist/libflac.min.js')

let libflac: Promise<Libflac> | undefined

async function loadLibflac(): Promise<Libflac> {
  const { default: flac } = await import('libflacjs/dist/libflac.min.js')
  if (!flac.isReady()) await new Promise((resolve) => flac.on('ready', resolve))
  return flac
}
