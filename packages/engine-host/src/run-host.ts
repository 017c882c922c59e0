import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CommandLine, readLines } from './command-lines.ts'
import type { Engine } from './engine.ts'
import { type FramePipe, openFramePipe } from './frame-pipe.ts'
import { obey } from './obey.ts'
import { OpenJobs } from './open-jobs.ts'
import { CODECS, type HelloPayload, PROTOCOL_VERSION } from './protocol.ts'

/**
 * Makes this process an engine host: opens the engine, says hello and ready, and obeys commands until the server
 * is gone, which ends the process. An engine that cannot be opened is told to the server, and the process ends with 1.
 */
export async function runHost(openEngine: () => Engine | Promise<Engine>): Promise<never> {
  const gone = () => process.exit(0)
  const pipe = openFramePipe(gone)
  const engine = await openOrExit(openEngine, pipe)
  pipe.send({ type: 'hello', hello: helloOf(engine) })
  pipe.send({ type: 'ready' })

  const jobs = new OpenJobs()
  let wake = () => {}
  const onLine = (line: CommandLine) => {
    obey(line, engine, jobs, pipe)
    wake()
  }
  readLines(process.stdin, onLine, gone)

  const warmUp = engine.warmUp?.()[Symbol.iterator]()
  let warm = warmUp === undefined
  for (;;) {
    const job = jobs.takeNext()
    if (job !== null) {
      await job.step()
      jobs.settle(job)
    } else if (!warm) {
      warm = warmUp?.next().done ?? true
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      continue
    }
    // Lets commands in, above all cancels.
    await nextTurn()
  }
}

async function openOrExit(openEngine: () => Engine | Promise<Engine>, pipe: FramePipe): Promise<Engine> {
  try {
    return await openEngine()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    pipe.send({ type: 'error', job: 0, error: { code: 'engine_failed', message } })
    return process.exit(1)
  }
}

function helloOf(engine: Engine): HelloPayload {
  return {
    protocol: PROTOCOL_VERSION,
    engine: engine.name,
    version: engine.version,
    backend: engine.backend,
    sample_rate: engine.sampleRate,
    codecs: [...CODECS],
    voices: engine.voices,
    default_voices: engine.defaultVoices,
  }
}
