import { fileURLToPath } from 'node:url'
import type { HostProgram } from '@kugelaudio/engine-host/conformance'
import { BACKEND_VARIABLE, type BackendChoice } from '../src/backends/choose.ts'

/** The host of this package with one of its backends. */
export function espeakHost(backend: BackendChoice): HostProgram {
  const host = fileURLToPath(import.meta.resolve('../src/host.ts'))
  return { command: process.execPath, args: [host], env: { [BACKEND_VARIABLE]: backend } }
}
