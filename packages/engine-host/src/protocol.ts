/**
 * The pipe protocol between the server and an engine host, version 1.
 *
 * Commands are JSON lines on the host's standard input. Answers are binary frames on its file
 * descriptor 3: `[u32le job][u8 type][u32le length][payload]`. `README.md` of this package is the full description.
 */

/** Bumped when a host written for an older server would misread a command or a server an answer. */
export const PROTOCOL_VERSION = 1

/** Every codec of this version. A host offers those it can in `hello`. */
export const CODECS = ['pcm_s16le', 'mulaw', 'alaw', 'wav', 'flac', 'mp3', 'opus'] as const

/** How audio of one job is encoded. `wav`, `flac`, `mp3` and `opus` (in Ogg) are containers: one stream per job. */
export type Codec = (typeof CODECS)[number]

/** Starts a job: one stream of audio in one voice and one encoding, made of passages said in order. */
export type OpenCommand = {
  cmd: 'open'
  job: number
  voice: string
  codec: Codec
  /** Hz, of the encoded audio. */
  sample_rate: number
  /** kbit/s; `mp3` and `opus` only. */
  bitrate_kbps?: number
  /** Whether word times are wanted. */
  words: boolean
}

/** One passage: at most a sentence of about 300 characters. An empty text is a pause of `lead_ms`. */
export type SayCommand = {
  cmd: 'say'
  job: number
  /** Counts up from 0 within the job. */
  passage: number
  text: string
  /** 0.5 to 2; 1 is the voice's own rate. Pitch stays. */
  speed: number
  /** Silence before the passage, in ms. */
  lead_ms: number
  /**
   * Parts of the text (UTF-16 offsets, in order, without overlap) to be said as their IPA tells. A host that does not
   * know phonemes, or this field, says the text.
   */
  pronunciations?: { start: number; end: number; ipa: string }[]
}

/** No more passages: flush the encoder and answer `done`. */
export type FinishCommand = { cmd: 'finish'; job: number }

/** Drop the job's waiting passages. Answered by nothing: no frame of the job follows the current passage. */
export type CancelCommand = { cmd: 'cancel'; job: number }

export type HostCommand = OpenCommand | SayCommand | FinishCommand | CancelCommand

/** Values of a frame's type byte. */
export const FRAME = { hello: 1, ready: 2, audio: 3, words: 4, passage: 5, done: 6, error: 7 } as const

/** Numbers of engines' voices are below this; above are those that users of the server make. */
export const ENGINE_VOICE_IDS_END = 1_000_000

/** A voice as the engine offers it. */
export type HostVoice = {
  /** Stable for ever: the public `voice_id`. 0 to 999999. */
  id: number
  /** Stable name, `[a-z0-9+-]`, unique within the engine. */
  handle: string
  name: string
  /** ISO 639-1 (or `yue`) codes it speaks, its own first. */
  languages: string[]
  sex: 'male' | 'female' | 'neutral' | null
  description: string
}

/** `hello`, job 0: sent once, as soon as the engine knows its voices. */
export type HelloPayload = {
  protocol: number
  engine: string
  version: string
  /** What speaks, for the operator: `libespeak-ng 1.51 (native)`. */
  backend: string
  /** Hz, of the engine itself. */
  sample_rate: number
  codecs: Codec[]
  voices: HostVoice[]
  /** Handle of the voice to use for each language. */
  default_voices: Record<string, string>
}

/** `words`: times of one passage, after its audio. */
export type WordsPayload = { passage: number; words: HostWord[] }

export type HostWord = {
  /** UTF-16 offsets into the passage's text. */
  start: number
  end: number
  /** Milliseconds from the start of the job's audio. */
  start_ms: number
  end_ms: number
}

/** `passage`: all audio of the passage is out (but for what an encoder holds back until `finish`). */
export type PassagePayload = {
  passage: number
  /** Where its audio begins (after its lead) and how long it is, from the start of the job's audio. */
  start_ms: number
  audio_ms: number
  /** Wall time spent speaking, resampling and encoding it. */
  gen_ms: number
}

/** `done`: the answer to `finish`. `samples` counts what was encoded, at the job's sample rate. */
export type DonePayload = { samples: number; audio_ms: number }

/**
 * `error`: ends its job. With job 0, `engine_failed` says that the host itself cannot go on, and `bad_command` that a
 * line named no job; the host goes on after that.
 */
export type ErrorPayload = {
  code: 'bad_voice' | 'bad_format' | 'bad_command' | 'engine_failed'
  message: string
}

/** Length of an audio payload's own head: `[u32le passage][u32le samples]`, encoded bytes follow. */
export const AUDIO_HEAD_BYTES = 8
/** Length of a frame's head. */
export const FRAME_HEAD_BYTES = 9
