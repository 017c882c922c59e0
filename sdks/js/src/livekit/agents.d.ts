/**
 * What of the framework is used here, so that this package can be built and checked without it. A test compiles the same
 * code with the framework's own types instead.
 */
declare module '@livekit/rtc-node' {
  export class AudioFrame {
    constructor(samples: Int16Array, sampleRate: number, channels: number, samplesPerChannel: number)
    readonly samplesPerChannel: number
    readonly sampleRate: number
  }
}

declare module '@livekit/agents' {
  import type { AudioFrame } from '@livekit/rtc-node'

  export interface APIConnectOptions {
    maxRetry: number
    retryIntervalMs: number
    timeoutMs: number
  }
  export const DEFAULT_API_CONNECT_OPTIONS: APIConnectOptions
  export function shortuuid(prefix?: string): string

  type Told<Options> = { message?: string; options?: Options }
  export class APIError extends Error {
    readonly retryable: boolean
  }
  export class APIStatusError extends APIError {
    constructor(told: Told<{ statusCode?: number; requestId?: string | null; retryable?: boolean }>)
  }
  export class APIConnectionError extends APIError {
    constructor(told: Told<{ retryable?: boolean }>)
  }
  export class APITimeoutError extends APIConnectionError {
    constructor(told: Told<{ retryable?: boolean }>)
  }

  class Queue<Item> {
    readonly closed: boolean
    put(item: Item): void
    next(): Promise<IteratorResult<Item>>
  }
  interface TimedString {
    text: string
    startTime?: number
    endTime?: number
  }

  export namespace voice {
    function createTimedString(options: { text: string; startTime?: number; endTime?: number }): TimedString
  }

  export namespace tts {
    interface SynthesizedAudio {
      requestId: string
      segmentId: string
      frame: AudioFrame
      final: boolean
      timedTranscripts?: TimedString[]
    }
    interface TTSError {
      type: 'tts_error'
      timestamp: number
      label: string
      error: Error
      recoverable: boolean
    }
    abstract class TTS {
      abstract label: string
      emit(event: 'error', error: TTSError): boolean
      constructor(
        sampleRate: number,
        numChannels: number,
        capabilities: { streaming: boolean; alignedTranscript?: boolean },
      )
      get sampleRate(): number
      get model(): string
      get provider(): string
      abstract synthesize(text: string, options?: APIConnectOptions, signal?: AbortSignal): ChunkedStream
      abstract stream(options?: { connOptions?: APIConnectOptions }): SynthesizeStream
      close(): Promise<void>
    }
    abstract class ChunkedStream {
      abstract label: string
      constructor(text: string, tts: TTS, options?: APIConnectOptions, signal?: AbortSignal)
      protected queue: Queue<SynthesizedAudio>
      get inputText(): string
      get abortSignal(): AbortSignal
      protected abstract run(): Promise<void>
    }
    abstract class SynthesizeStream {
      static readonly END_OF_STREAM: unique symbol
      protected static readonly FLUSH_SENTINEL: unique symbol
      abstract label: string
      constructor(tts: TTS, options?: APIConnectOptions)
      protected input: Queue<string | typeof SynthesizeStream.FLUSH_SENTINEL>
      protected queue: Queue<SynthesizedAudio | typeof SynthesizeStream.END_OF_STREAM>
      protected connOptions: APIConnectOptions
      get abortSignal(): AbortSignal
      protected markStarted(): void
      protected abstract run(): Promise<void>
    }
  }
}
