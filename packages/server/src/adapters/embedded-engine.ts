import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

/** How to start the embedded engine, or why it cannot be. It is a program of its own, found by its path: ADR 0004. */
export type EmbeddedEngine = { command: string[] } | { missing: string }

export function findEmbeddedEngine(): EmbeddedEngine {
  try {
    const path = createRequire(import.meta.url).resolve('@kugelaudio/engine-espeak/host')
    if (existsSync(path)) return { command: [process.execPath, path] }
  } catch {
    // Not installed: the same as not there.
  }
  return {
    missing:
      'The embedded speech engine is not installed. Run "npm ci" without --omit=optional, or set KUGELAUDIO_ENGINE_COMMAND.',
  }
}

/** What of the environment an engine may see: nothing that is secret. */
export function engineEnvironment(environment: Record<string, string | undefined>): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'LANG',
    'TMPDIR',
    'LD_LIBRARY_PATH',
    'ESPEAK_DATA_PATH',
    'NODE_COMPILE_CACHE',
    'KUGELAUDIO_ESPEAK_BACKEND',
  ]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
