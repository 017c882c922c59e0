import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/**
 * Runs a walk in a process of its own: the test runner follows every promise, which would take most of the time.
 * Returns the JSON value that it prints; throws with what it said when it fails.
 */
export async function ranAlone<Came>(program: string, words: readonly (string | number)[]): Promise<Came> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, [path, ...words.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}: ${complaints}`)
  return JSON.parse(output)
}
