import { formatProblem } from './audio/formats.ts'
import type { CommandLine } from './command-lines.ts'
import { type ParsedCommand, parseCommand } from './commands.ts'
import type { Engine } from './engine.ts'
import type { FramePipe } from './frame-pipe.ts'
import { Job } from './job.ts'
import { JOBS_MAX } from './limits.ts'
import type { OpenJobs } from './open-jobs.ts'
import type { ErrorPayload, HostCommand, OpenCommand } from './protocol.ts'

/** Carries out one command line: changes the jobs, speaks nothing yet. A bad line is answered with an error. */
export function obey(line: CommandLine, engine: Engine, jobs: OpenJobs, pipe: FramePipe): void {
  const refuse = (id: number, error: ErrorPayload) => {
    const job = jobs.find(id)
    if (job !== null) {
      job.fail(error)
      jobs.settle(job)
    } else if (!jobs.hasEnded(id)) {
      pipe.send({ type: 'error', job: id, error })
      if (id !== 0) jobs.markEnded(id)
    }
  }
  const parsed = line.overlong ? OVERLONG : parseCommand(line.text)
  if (parsed.ok) {
    const error = carryOut(parsed.command, engine, jobs, pipe)
    if (error !== null) refuse(parsed.command.job, error)
  } else {
    refuse(parsed.job, badCommand(parsed.message))
  }
}

function carryOut(
  command: HostCommand,
  engine: Engine,
  jobs: OpenJobs,
  pipe: FramePipe,
): ErrorPayload | null {
  const job = jobs.find(command.job)
  if (command.cmd === 'open') {
    if (job !== null) return badCommand('open: the job is open')
    if (jobs.size >= JOBS_MAX) return badCommand(`open: at most ${JOBS_MAX} jobs may be open`)
    const error = openError(command, engine)
    if (error === null) jobs.add(new Job(command, engine, pipe))
    return error
  }
  if (job === null) return badCommand(`${command.cmd}: the job is not open`)
  switch (command.cmd) {
    case 'say': {
      const problem = job.say(command)
      return problem === null ? null : badCommand(problem)
    }
    case 'finish':
      job.finish()
      return null
    case 'cancel':
      job.end()
      jobs.settle(job)
      return null
  }
}

function openError(command: OpenCommand, engine: Engine): ErrorPayload | null {
  const { voice, codec, sample_rate, bitrate_kbps } = command
  if (!engine.voices.some(({ handle }) => handle === voice)) {
    return { code: 'bad_voice', message: `voice: ${engine.name} has no ${voice.slice(0, 80)}` }
  }
  const problem = formatProblem({ codec, sampleRate: sample_rate, bitrateKbps: bitrate_kbps })
  return problem === null ? null : { code: 'bad_format', message: problem }
}

const badCommand = (message: string): ErrorPayload => ({ code: 'bad_command', message })

const OVERLONG: ParsedCommand = { ok: false, job: 0, message: 'the line is too long' }
