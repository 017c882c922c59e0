import type { Engine } from './engine.ts'
import type { FramePipe } from './frame-pipe.ts'
import { type JobAudio, openJobAudio } from './job-audio.ts'
import { PASSAGES_WAITING_MAX } from './limits.ts'
import type { ErrorPayload, OpenCommand, SayCommand } from './protocol.ts'
import { speakPassage } from './speak-passage.ts'

/** One stream of audio: its settings, the passages that wait, and what it has open. */
export class Job {
  readonly id: number
  #settings: OpenCommand
  #engine: Engine
  #pipe: FramePipe
  #waiting: SayCommand[] = []
  #nextPassage = 0
  #speakingPassage = 0
  #finishing = false
  #stepping = false
  #ended = false
  #audio: JobAudio | null = null

  constructor(settings: OpenCommand, engine: Engine, pipe: FramePipe) {
    this.id = settings.job
    this.#settings = settings
    this.#engine = engine
    this.#pipe = pipe
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Whether `step` has something to do. */
  get hasWork(): boolean {
    return !this.#ended && (this.#waiting.length > 0 || this.#finishing)
  }

  /** Lets a passage wait its turn. Answers why it cannot, or null. */
  say(command: SayCommand): string | null {
    if (this.#finishing) return 'say: the job is finishing'
    if (command.passage !== this.#nextPassage) return `passage: expected ${this.#nextPassage}`
    if (this.#waiting.length >= PASSAGES_WAITING_MAX) return `say: at most ${PASSAGES_WAITING_MAX} may wait`
    this.#nextPassage++
    this.#waiting.push(command)
    return null
  }

  /** No more passages will come. */
  finish(): void {
    this.#finishing = true
  }

  /** Says the next passage, or after the last one ends the stream. */
  async step(): Promise<void> {
    this.#stepping = true
    try {
      this.#audio ??= await this.#openAudio()
      if (!this.#ended) await this.#work(this.#audio)
    } catch (error) {
      this.fail({ code: 'engine_failed', message: messageOf(error) })
    } finally {
      this.#stepping = false
      if (this.#ended) this.#free()
    }
  }

  /** Ends the job with an error. */
  fail(error: ErrorPayload): void {
    if (!this.#ended) this.#pipe.send({ type: 'error', job: this.id, error })
    this.end()
  }

  /** Ends the job without a word. What `step` is still doing is dropped. */
  end(): void {
    this.#ended = true
    this.#waiting = []
    if (!this.#stepping) this.#free()
  }

  async #work(audio: JobAudio): Promise<void> {
    const command = this.#waiting.shift()
    if (command === undefined) return this.#complete(audio)
    this.#speakingPassage = command.passage
    await speakPassage(command, {
      voice: this.#settings.voice,
      wordsWanted: this.#settings.words,
      engine: this.#engine,
      pipe: this.#pipe,
      audio,
      job: this,
    })
  }

  #complete(audio: JobAudio): void {
    audio.finish()
    const samples = audio.encodedSamples()
    const audio_ms = (samples * 1000) / this.#settings.sample_rate
    this.#pipe.send({ type: 'done', job: this.id, done: { samples, audio_ms } })
    this.end()
  }

  #openAudio(): Promise<JobAudio> {
    const { codec, sample_rate, bitrate_kbps } = this.#settings
    const format = { codec, sampleRate: sample_rate, bitrateKbps: bitrate_kbps }
    return openJobAudio(this.#engine.sampleRate, format, (samples, bytes) => {
      if (this.#ended) return
      this.#pipe.send({ type: 'audio', job: this.id, passage: this.#speakingPassage, samples, bytes })
    })
  }

  #free(): void {
    this.#audio?.free()
    this.#audio = null
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
