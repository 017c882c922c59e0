/** Runs test files for `npm test`, each in a process of its own, and ends with one line: N passed, N failed. */
import { globSync } from 'node:fs'
import { relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { countsOf } from './test-counts.mjs'

/** What takes longest begins first, so that no core waits for one file at the end. All others follow by name. */
const FIRST = [
  'sdks/python/tests/pytest.test.ts',
  'packages/server/test/on-postgresql.test.ts',
  'packages/server/test/cluster.test.ts',
  'sdks/js/test/*.test.ts',
  'packages/dashboard/test/*.test.ts',
  'packages/server/test/coherence-simulation.test.ts',
  'packages/server/test/key-layer-simulation.test.ts',
  'packages/server/test/cli-*.test.ts',
]
/** As many as cores on the smallest machine: with more, browsers and clusters come too late for each other. */
const FILES_AT_A_TIME = 2
const FILE_MS_MAX = 600_000

const wanted = filesOf(process.argv.slice(2))
const first = filesOf(FIRST).filter((file) => wanted.includes(file))
const files = [...new Set([...first, ...wanted])]

const events = run({ files, concurrency: FILES_AT_A_TIME, timeout: FILE_MS_MAX })
const counts = countsOf(events, files)
await pipeline(events.compose(spec), process.stdout, { end: false })
process.stdout.write(`${counts.longest()}\n${counts.line()}\n`)
process.exitCode = counts.failed === 0 ? 0 : 1

/** The files that names or patterns stand for. Throws for a name that is none. */
function filesOf(names) {
  return names.flatMap((name) => {
    const paths = globSync(name, { exclude: ['**/node_modules/**'] }).map((path) => relative('.', path))
    if (paths.length === 0 && !name.includes('**')) throw new Error(`There is no such test: ${name}`)
    return paths.sort()
  })
}
