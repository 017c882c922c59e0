import { composeCommand } from '../compose/command.ts'
import { realWorld } from '../compose/world.ts'
import { readConfig } from '../config.ts'

/** Opens the data that the configuration names, for the time of a command. */
export async function withData<Result>(
  work: (parts: Awaited<ReturnType<typeof composeCommand>>) => Promise<Result>,
): Promise<Result> {
  const { config } = readConfig(realWorld.environment)
  const parts = await composeCommand(config, realWorld)
  try {
    return await work(parts)
  } finally {
    await parts.store.close()
  }
}

/** Prints for a program (one JSON value) or for a person. */
export function print(asJson: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(asJson ? `${JSON.stringify(value)}\n` : `${text}\n`)
}
