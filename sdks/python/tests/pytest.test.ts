import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** A Python with what a file of requirements names. */
const pythonWith = (requirements: string): string =>
  execFileSync('sh', ['scripts/python-tests', `sdks/python/tests/${requirements}`], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim()

type Told = { test: string; failure: string | null } | { status: number }

for (const [what, requirements, ...words] of [
  ['every test of pytest', 'requirements.txt'],
  ['in LiveKit Agents and Pipecat', 'frameworks/requirements.txt', 'tests/frameworks'],
] as const)
  test(`the Python package: ${what}`, async (t) => {
    const program = spawn(pythonWith(requirements), ['-m', 'pytest', '-q', '-p', 'reported', ...words], {
      cwd: PACKAGE,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: 'tests' },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    })
    t.after(() => program.kill())
    const lines = program.stdio[3]
    assert.ok(lines !== null && lines !== undefined && 'read' in lines)
    let ended: number | null = null
    for await (const line of createInterface(lines)) {
      const told: Told = JSON.parse(line)
      if ('status' in told) ended = told.status
      else await t.test(told.test, () => assert.equal(told.failure, null))
    }
    assert.ok(ended !== null, 'pytest broke off')
    assert.ok(ended === 0 || ended === 1, `pytest ended with ${ended}`)
  })

for (const [what, ...words] of [
  ['mypy --strict finds nothing', '-m', 'mypy', '--strict', '--cache-dir', '/dev/null'],
  ['ruff finds nothing', '-m', 'ruff', 'check', '--no-cache', '.'],
  ['ruff would format nothing', '-m', 'ruff', 'format', '--no-cache', '--check', '.'],
])
  test(`the Python package: ${what}`, () => {
    execFileSync(pythonWith('requirements.txt'), words, {
      cwd: PACKAGE,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  })
