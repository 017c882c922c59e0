/** Seconds between a piece and its sound, so that the next one is there in time. */
const LEAD_S = 0.04

/** Plays samples that may still be coming, from any place; one context for the whole page. */
export class Playback {
  static #context: AudioContext | null = null
  readonly #sampleRate: number
  readonly #parts: { startS: number; buffer: AudioBuffer }[] = []
  readonly #sources = new Set<AudioBufferSourceNode>()
  /** The context's time at which the beginning was, or would have been, heard. */
  #zeroS = 0
  #lengthS = 0
  #placeS = 0
  #isPlaying = false

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
  }

  /** Wakes the page's sound; call it when something is pressed, as browsers want. */
  static wake(): AudioContext {
    Playback.#context ??= new AudioContext()
    if (Playback.#context.state === 'suspended') void Playback.#context.resume()
    return Playback.#context
  }

  /** Whether the browser lets the page sound. */
  static get isMuted(): boolean {
    return Playback.#context !== null && Playback.#context.state !== 'running'
  }

  get isPlaying(): boolean {
    return this.#isPlaying
  }

  get lengthS(): number {
    return this.#lengthS
  }

  /** What is heard now, in seconds from the beginning. */
  get placeS(): number {
    if (!this.#isPlaying) return this.#placeS
    const context = Playback.wake()
    const heardS = context.currentTime - (context.outputLatency || 0) - this.#zeroS
    return Math.min(this.#lengthS, Math.max(0, heardS))
  }

  /** Adds what comes next; where it plays, it goes on with it. */
  add(samples: Int16Array): void {
    if (samples.length === 0) return
    const buffer = Playback.wake().createBuffer(1, samples.length, this.#sampleRate)
    const channel = buffer.getChannelData(0)
    for (let at = 0; at < samples.length; at++) channel[at] = (samples[at] ?? 0) / 32_768
    const part = { startS: this.#lengthS, buffer }
    this.#parts.push(part)
    this.#lengthS += buffer.duration
    if (this.#isPlaying) this.#schedule(part)
  }

  play(fromS = 0): void {
    this.#silence()
    this.#isPlaying = true
    this.#placeS = fromS
    this.#zeroS = Playback.wake().currentTime + LEAD_S - fromS
    for (const part of this.#parts) this.#schedule(part)
  }

  pause(): void {
    this.#placeS = this.placeS
    this.#isPlaying = false
    this.#silence()
  }

  #schedule(part: { startS: number; buffer: AudioBuffer }): void {
    const context = Playback.wake()
    const endS = part.startS + part.buffer.duration
    // What came too late to follow what was before moves everything after it.
    if (
      this.#sources.size === 0 &&
      this.#zeroS + part.startS < context.currentTime &&
      part.startS >= this.#placeS
    )
      this.#zeroS = context.currentTime + LEAD_S - part.startS
    const skipS = Math.max(0, context.currentTime - this.#zeroS - part.startS, this.#placeS - part.startS)
    if (part.startS + skipS >= endS) return
    const source = context.createBufferSource()
    source.buffer = part.buffer
    source.connect(context.destination)
    source.onended = () => this.#sources.delete(source)
    this.#sources.add(source)
    source.start(this.#zeroS + part.startS + skipS, skipS)
  }

  #silence(): void {
    for (const source of this.#sources) {
      source.onended = null
      source.stop()
    }
    this.#sources.clear()
  }
}
