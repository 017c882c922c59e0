import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Spoken } from './client/speaker.ts'

/** libespeak-ng called from C: what no server around it can be faster than. */
export type Limit = { speak(text: string): Promise<Spoken>; stop(): Promise<void> }

/** Compiles and starts it; null where there is no C compiler or no libespeak-ng to compile against. */
export async function startLimit(): Promise<Limit | null> {
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-limit-'))
  const program = join(folder, 'limit')
  const source = fileURLToPath(new URL('limit.c', import.meta.url))
  try {
    await promisify(execFile)('cc', ['-O2', '-o', program, source, '-lespeak-ng'])
  } catch {
    await rm(folder, { recursive: true })
    return null
  }
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async speak(text) {
      child.stdin.write(`${text}\n`)
      const { value } = (await lines.next()) as { value?: string }
      const [firstMs = Number.NaN, totalMs = Number.NaN, samples = 0, rate = 1] = (value ?? '')
        .split(' ')
        .map(Number)
      return { firstMs, totalMs, audioSeconds: samples / rate }
    },
    async stop() {
      child.kill()
      await rm(folder, { recursive: true })
    },
  }
}
