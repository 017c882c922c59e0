import { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { run } from '../../src/cli/program.ts'
import type { Ran, Wish } from './command-line.ts'

/** Runs one command line after the other, as `main.ts` runs one: with its environment, its input and its outputs. */

/** Stands in for one of the three standard streams while a command runs. */
const replace = (name: 'stdin' | 'stdout' | 'stderr', value: Readable | Writable): void =>
  void Object.defineProperty(process, name, { value, configurable: true })

const collecting = (chunks: Buffer[]): Writable =>
  new Writable({
    write(chunk, _, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })

async function runWish({ words, input, environment }: Wish): Promise<Ran> {
  const [written, complained]: [Buffer[], Buffer[]] = [[], []]
  const [stdout, stderr] = [collecting(written), collecting(complained)]
  replace('stdin', Readable.from([Buffer.from(input)]))
  replace('stdout', stdout)
  replace('stderr', stderr)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  const code = await run(words).catch((error: unknown) => {
    // As Node.js does with what nobody catches.
    stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    return 1
  })
  for (const stream of [stdout, stderr]) {
    stream.end()
    await finished(stream)
  }
  return {
    code,
    signal: null,
    stdout: String(Buffer.concat(written)),
    stderr: String(Buffer.concat(complained)),
  }
}

process.on('message', async (wish: Wish) => process.send?.(await runWish(wish)))
