import { Command } from 'commander'
import { realWorld } from '../compose/world.ts'
import { composeServer } from '../compose.ts'
import { readConfig, unknownVariables } from '../config.ts'
import { Failure } from '../failure.ts'
import { createLog, standardOutput } from '../log.ts'
import { startAdvice } from './start-advice.ts'

export const serveCommand = (): Command =>
  new Command('serve')
    .description('run the server until it is told to stop (SIGINT, SIGTERM)')
    .addHelpText(
      'after',
      '\nLogs are JSON lines on standard output. Stopping lets what is being spoken end, for 4 s at most.',
    )
    .action(serve)

async function serve(): Promise<void> {
  const { config } = readConfig(realWorld.environment)
  const log = createLog(config.logLevel, standardOutput())
  for (const variable of unknownVariables(realWorld.environment))
    log.warn({ variable }, 'not a setting; mistyped?')
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.resolve())
  const serving = await composeServer(config, log)
  const running = await serving.start().catch((error: NodeJS.ErrnoException) => {
    throw new Failure('CONFLICT', startAdvice(error, config.port), { cause: error.message })
  })
  const code = await serving.setupCode()
  // In the fragment, which no browser sends and no log holds.
  const pages =
    code === null
      ? `  Dashboard:         ${running.url}/dashboard`
      : `  Set it up:         ${running.url}/dashboard/setup#code=${code}`
  process.stderr.write(
    `\n  KugelAudio server: ${running.url}\n${pages}\n  Documentation:     ${running.url}/docs\n\n`,
  )
  await stopped.promise
  await serving.stop()
}
