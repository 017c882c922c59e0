import { openStretcher } from './audio/stretcher.ts'
import type { Engine, SpokenWord } from './engine.ts'
import type { FramePipe } from './frame-pipe.ts'
import type { JobAudio } from './job-audio.ts'
import { ENGINE_SPEED_MAX, ENGINE_SPEED_MIN, PASSAGE_AUDIO_MS_MAX } from './limits.ts'
import type { HostWord, SayCommand } from './protocol.ts'

/** Where a passage is spoken: a job's settings, and what it speaks with. */
export type PassageSetting = {
  voice: string
  wordsWanted: boolean
  engine: Engine
  pipe: FramePipe
  audio: JobAudio
  job: { readonly id: number; readonly ended: boolean }
}

/** Speaks one passage: audio frames while it is synthesised, its words if wanted, and the frame that closes it. */
export async function speakPassage(command: SayCommand, setting: PassageSetting): Promise<void> {
  const { pipe, audio, job } = setting
  const startedMs = performance.now() - pipe.sentMs()
  audio.pause(command.lead_ms)
  const startMs = audio.clockMs()
  const words = command.text === '' ? [] : await speak(command, setting, startMs)
  audio.endPassage()
  if (job.ended) return

  const audioMs = audio.clockMs() - startMs
  if (setting.wordsWanted) {
    const times = words.map((word) => placed(word, startMs, audioMs))
    pipe.send({ type: 'words', job: job.id, words: { passage: command.passage, words: times } })
  }
  const genMs = performance.now() - pipe.sentMs() - startedMs
  pipe.send({
    type: 'passage',
    job: job.id,
    passage: { passage: command.passage, start_ms: startMs, audio_ms: audioMs, gen_ms: genMs },
  })
}

async function speak(
  command: SayCommand,
  setting: PassageSetting,
  startMs: number,
): Promise<readonly SpokenWord[]> {
  const { engine, audio, job, voice } = setting
  const { text, pronunciations } = command
  const speed = Math.min(Math.max(command.speed, ENGINE_SPEED_MIN), ENGINE_SPEED_MAX)
  const tempo = command.speed / speed
  const stretcher = tempo === 1 ? null : await openStretcher(engine.sampleRate, tempo)
  const hasRoom = () => audio.clockMs() - startMs < PASSAGE_AUDIO_MS_MAX
  try {
    const words = await engine.speak(
      { text, voice, speed, ...(pronunciations && { pronunciations }) },
      (samples) => {
        if (job.ended || !hasRoom()) return false
        audio.push(stretcher?.push(samples) ?? samples)
        return hasRoom()
      },
    )
    if (stretcher === null) return words
    if (!job.ended) audio.push(stretcher.finish())
    return words.map((word) => ({ ...word, startMs: word.startMs / tempo, endMs: word.endMs / tempo }))
  } finally {
    stretcher?.free()
  }
}

/** A word's times in the job's audio, and never beyond its passage's, which may have been cut short. */
function placed(word: SpokenWord, startMs: number, audioMs: number): HostWord {
  const within = (ms: number) => startMs + Math.min(Math.max(ms, 0), audioMs)
  return { start: word.start, end: word.end, start_ms: within(word.startMs), end_ms: within(word.endMs) }
}
