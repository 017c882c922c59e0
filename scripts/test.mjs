/** Runs test files for `npm test`, each in a process of its own, and ends with one line: N passed, N failed. */
import { globSync } from 'node:fs'
import { relative } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { createCounts } from './test-counts.mjs'
import { runInLanes } from './test-lanes.ts'

/** What takes most begins first, so that no core waits for one file at the end. All others follow by name. */
const HEAVY = [
  'sdks/python/tests/pytest.test.ts',
  'packages/server/test/on-postgresql.test.ts',
  'packages/server/test/cluster.test.ts',
  'packages/dashboard/test/{every-page,keys-with-care,people}.test.ts',
  'sdks/js/test/*.test.ts',
  'packages/dashboard/test/*.test.ts',
  'packages/server/test/coherence-simulation.test.ts',
  'packages/server/test/key-layer-simulation.test.ts',
  'packages/server/test/revocation-race.test.ts',
  'packages/server/test/access-matrix.test.ts',
  'packages/server/test/*crash.test.ts',
  'packages/server/test/cli-*.test.ts',
  'packages/engine-espeak/test/conformance-*.test.ts',
]
const FILE_MS_MAX = 600_000

const wanted = filesOf(process.argv.slice(2))
const heavy = [...new Set(filesOf(HEAVY))].filter((file) => wanted.includes(file))
const light = [...new Set(wanted)].filter((file) => !heavy.includes(file))

const counts = createCounts()
const told = new PassThrough({ objectMode: true })
const printed = pipeline(told.compose(spec), process.stdout, { end: false })
await runInLanes({ heavy, light, runFile })
told.end()
await printed
process.stdout.write(`${counts.longest()}\n${counts.line()}\n`)
process.exitCode = counts.failed === 0 ? 0 : 1

/** Runs a file to its end, and then tells all of it: what runs beside it does not come in between. */
async function runFile(file) {
  const events = await Array.fromAsync(run({ files: [file], timeout: FILE_MS_MAX }))
  for (const event of events) {
    counts.hear(event, file)
    if (!isSummary(event)) told.write(event)
  }
}

/** What a run says of itself at its end: the counts are said once, of all files. */
function isSummary({ type, data }) {
  return type === 'test:summary' || (type === 'test:diagnostic' && data.file === undefined)
}

/** The files that names or patterns stand for. Throws for a name that is none. */
function filesOf(names) {
  return names.flatMap((name) => {
    const paths = globSync(name, { exclude: ['**/node_modules/**'] }).map((path) => relative('.', path))
    if (paths.length === 0 && !name.includes('**')) throw new Error(`There is no such test: ${name}`)
    return paths.sort()
  })
}
