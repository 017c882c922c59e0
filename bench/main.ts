import { writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { capacity } from './capacity.ts'
import { health } from './health.ts'
import { http } from './http.ts'
import { keycore } from './keycore.ts'
import { memory } from './memory.ts'
import { nodes } from './nodes.ts'
import { pages } from './pages.ts'
import { revocation } from './revocation.ts'
import type { Part, Row } from './row.ts'
import { sdk } from './sdk.ts'
import { sockets } from './sockets.ts'
import { speech } from './speech.ts'
import { start } from './start.ts'
import { headLine, rowLine } from './table.ts'
import { verification } from './verification.ts'

const PARTS: readonly Part[] = [
  keycore,
  verification,
  http,
  speech,
  sockets,
  capacity,
  health,
  memory,
  start,
  revocation,
  nodes,
  pages,
  sdk,
]

const HELP = `Usage: npm run bench [-- PART… [--against DIR]]

Measures this checkout and prints one table; the numbers also go to bench/results.json.
Without a PART all of them run, in about ten minutes.

Parts:
${PARTS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}

Options:
  --against DIR  another checkout, with its dependencies installed, joins the rounds of http, pages and speech
  --help         this text

Figures depend on the machine and on what else it does. Ratios are made inside one run in which the contenders take
turns; only they can be compared between runs. bench/README.md says what each row means.
`

const RESULTS = new URL('results.json', import.meta.url)

async function main(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { help: { type: 'boolean' }, against: { type: 'string' } },
  })
  const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name))
  if (values.help === true || unknown.length > 0) {
    print(unknown.length > 0 ? `No such part: ${unknown.join(', ')}\n\n${HELP}` : HELP)
    return unknown.length > 0 ? 2 : 0
  }
  const chosen = PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const measured = await measure(chosen, values.against ?? null)
  const machine = { cores: availableParallelism(), node: process.version }
  await writeFile(RESULTS, `${JSON.stringify({ machine, parts: measured }, null, 2)}\n`)
  return measured.some(({ error }) => error !== null) ? 1 : 0
}

type Measured = { part: string; loadBefore: number; seconds: number; rows: Row[]; error: string | null }

async function measure(parts: readonly Part[], against: string | null): Promise<Measured[]> {
  print(`${availableParallelism()} cores, Node ${process.version}, load ${load()}\n\n${headLine()}\n`)
  const all: Measured[] = []
  for (const part of parts) {
    const loadBefore = load()
    const startMs = performance.now()
    const said = await part.run({ against }).then(
      (rows) => ({ rows, error: null }),
      (error: unknown) => ({ rows: [], error: error instanceof Error ? error.message : String(error) }),
    )
    const seconds = Math.round((performance.now() - startMs) / 1000)
    all.push({ part: part.name, loadBefore, seconds, ...said })
    print(`${part.name} (${seconds} s, load ${loadBefore} → ${load()})\n`)
    print(said.rows.map((row) => `${rowLine(row)}\n`).join(''))
    if (said.error !== null) print(`  failed: ${said.error}\n`)
  }
  return all
}

/** Processes that wanted to run in the last minute, this bench's own among them. */
const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10

const print = (text: string): void => void process.stdout.write(text)

process.exitCode = await main(process.argv.slice(2))
