import { DatabaseSync } from 'node:sqlite'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'

/**
 * Better Auth's API-key plugin in its database mode on a SQLite file, with its rate limit switched off so that it does
 * the least it can. Answers a verification, how many statements it made, and a close.
 */
export async function openBetterAuth(path) {
  const file = new DatabaseSync(path)
  file.exec('pragma journal_mode = wal; pragma synchronous = full')
  let statements = 0
  const prepare = file.prepare.bind(file)
  file.prepare = (sql) => {
    const statement = prepare(sql)
    for (const name of ['all', 'get', 'iterate', 'run']) {
      const call = statement[name].bind(statement)
      statement[name] = (...parameters) => {
        statements++
        return call(...parameters)
      }
    }
    return statement
  }
  const auth = betterAuth({
    database: file,
    secret: 'a secret of the benchmark, long enough for anyone',
    baseURL: 'http://localhost:3000',
    emailAndPassword: { enabled: true },
    // The file has tables of ours by the names that it would take.
    user: { modelName: 'ba_user' },
    account: { modelName: 'ba_account' },
    session: { modelName: 'ba_session' },
    verification: { modelName: 'ba_verification' },
    plugins: [apiKey({ rateLimit: { enabled: false } })],
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()
  const person = { email: 'bench@example.com', password: 'correct horse battery staple', name: 'Bench' }
  const { user } = await auth.api.signUpEmail({ body: person })
  const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: 'bench' } })
  return {
    verify: async () => (await auth.api.verifyApiKey({ body: { key } })).valid,
    statements: () => statements,
    close: () => file.close(),
  }
}
