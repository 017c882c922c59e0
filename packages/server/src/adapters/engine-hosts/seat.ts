import { type ErrorPayload, FRAME, type OpenCommand } from '@kugelaudio/engine-host/protocol'
import { Failure } from '../../failure.ts'
import type { EngineEvent } from '../../speech/engine.ts'
import { MalformedFrame } from './frames.ts'
import type { Host } from './host.ts'
import type { Job } from './job.ts'
import { readAudio, readDone, readError, readPassage, readWords } from './payloads.ts'

/** A job's place on the host that speaks it, and what the host owes it. */
export class Seat {
  readonly job: Job
  readonly host: Host
  /** Names the job on the pipe; never used twice. */
  readonly number: number
  sent = 0
  answered = 0
  isFinishing = false

  constructor(job: Job, host: Host, number: number) {
    this.job = job
    this.host = host
    this.number = number
  }

  /** The command that opens it. */
  get opening(): OpenCommand {
    const { voice, wordTimes: words, encoding } = this.job.settings
    const { codec, sampleRate: sample_rate, bitrateKbps: bitrate_kbps } = encoding
    const open: OpenCommand = { cmd: 'open', job: this.number, voice, codec, sample_rate, words }
    return bitrate_kbps === undefined ? open : { ...open, bitrate_kbps }
  }

  /** Understands a frame of the job; throws on one that cannot come now. A Failure ends the job. */
  read(type: number, payload: Buffer): EngineEvent | Failure {
    switch (type) {
      case FRAME.audio: {
        const audio = readAudio(payload)
        this.#check(audio.passage < this.sent, 'audio of a passage it was not given')
        return { type: 'audio', ...audio }
      }
      case FRAME.words: {
        const words = readWords(payload)
        this.#check(words.passage < this.sent, 'words of a passage it was not given')
        return { type: 'words', ...words }
      }
      case FRAME.passage: {
        const { passage, start_ms: startMs, audio_ms: audioMs, gen_ms: genMs } = readPassage(payload)
        this.#check(passage === this.answered && passage < this.sent, 'a passage out of turn')
        this.answered += 1
        return { type: 'passage', passage, startMs, audioMs, genMs }
      }
      case FRAME.done: {
        const { samples, audio_ms: audioMs } = readDone(payload)
        this.#check(this.isFinishing && this.answered === this.sent, 'done before its time')
        return { type: 'done', samples, audioMs }
      }
      case FRAME.error:
        return failureOf(readError(payload))
      default:
        throw new MalformedFrame(`a frame of type ${type} for a job`)
    }
  }

  #check(isAllowed: boolean, what: string): void {
    if (!isAllowed) throw new MalformedFrame(what)
  }
}

/** What a host's error means to whoever asked. */
function failureOf({ code, message }: ErrorPayload): Failure {
  if (code === 'bad_voice') return new Failure('NOT_FOUND', 'Voice not found', { cause: message })
  if (code === 'bad_format') {
    return new Failure('VALIDATION_ERROR', 'The engine does not offer this audio format', { cause: message })
  }
  if (code === 'engine_failed') return new Failure('MODEL_UNAVAILABLE', undefined, { cause: message })
  return new Failure('INTERNAL_ERROR', undefined, { cause: message })
}
