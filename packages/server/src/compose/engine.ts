import { engineEnvironment, findEmbeddedEngine } from '../adapters/embedded-engine.ts'
import { createEngineHosts } from '../adapters/engine-hosts.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Engine } from '../speech/engine.ts'
import type { World } from './world.ts'

/** The engine that the configuration names: by itself, for commands that only speak. */
export function composeEngine(config: Config, log: Log, { clock, environment }: World): Engine {
  const embedded =
    config.engineCommand === null ? findEmbeddedEngine() : { command: [...config.engineCommand] }
  return createEngineHosts({
    command: 'command' in embedded ? embedded.command : null,
    ...('missing' in embedded ? { missing: embedded.missing } : {}),
    hosts: config.engineHosts,
    environment: engineEnvironment(environment),
    clock,
    log,
  })
}
