import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PostgresServer, SHARED_SERVER } from './harness/postgres.ts'

/** What is promised of a server, whatever its database; each of these also runs on SQLite, by itself. */
const SUITES = [
  'tokens-race',
  'revocation',
  'audit',
  'import',
  'leaks',
  'usage',
  'expiry',
  'last-used',
  'webhooks',
  'limits-characters',
  'limits-streams',
  'limits-requests',
  'people-members',
  'people-passwords',
  'people-passkeys',
]

/** Promised of the embedded database alone: it tells its process of every write, and requests are counted in memory. */
const EMBEDDED_ONLY = '/writes past the log|asks nothing of the database either/'

let server: PostgresServer
before(async () => {
  server = await PostgresServer.open()
})
after(() => server[Symbol.asyncDispose]())

for (const suite of SUITES) {
  test(`${suite}: everything that holds on SQLite holds on PostgreSQL`, async () => {
    const path = fileURLToPath(new URL(`${suite}.test.ts`, import.meta.url))
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env
    const only = ['--test-skip-pattern', EMBEDDED_ONLY]
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...only, path], {
      env: { ...environment, [SHARED_SERVER]: server.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    assert.equal(
      code,
      0,
      output
        .split('\n')
        .filter((line) => !/^\s*(ok|duration_ms)/.test(line))
        .join('\n'),
    )
    assert.match(output, /^# pass [1-9]/m)
  })
}
