import type { KeyWithSecret, NewKey, Plan } from '@kugelaudio/contract'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { startServer, type TestServer } from './test-server.ts'

/** A plan that limits nothing and includes nothing but what a test says. */
export const planOf = (name: string, limits: Partial<Plan> = {}): Plan => ({
  name,
  requests_per_minute: null,
  concurrent_streams: null,
  characters_per_request: 10_000,
  characters_per_month: null,
  features: [],
  ...limits,
})

/** The setting that gives a server further plans. */
export const plansSetting = (plans: readonly Plan[]): Record<string, string> => ({
  KUGELAUDIO_PLANS: JSON.stringify(plans),
})

/** A server with further plans. */
export const startWithPlans = (
  plans: readonly Plan[],
  options: Parameters<typeof startServer>[0] = {},
): Promise<TestServer> =>
  startServer({ ...options, environment: { ...options.environment, ...plansSetting(plans) } })

let accounts = 0

/** A new account on a plan. */
export async function accountOn(server: TestServer, plan: string): Promise<string> {
  const email = `account${accounts++}@example.com`
  const { account_id: id } = await server.operator.accounts.create({
    email,
    name: 'Other',
    plan,
    password: null,
  })
  return id
}

/** A key of a new account on a plan. */
export async function keyOn(
  server: TestServer,
  plan: string,
  wanted: Pick<NewKey, 'scopes' | 'limits' | 'name'> | null = null,
): Promise<KeyWithSecret> {
  return await server.createKey({ ...wanted, accountId: await accountOn(server, plan) })
}

/** Puts an account on another plan, as the command line does. */
export const changePlan = (server: TestServer, accountId: string, plan: string) =>
  server.operator.accounts.changePlan(accountId, plan, OPERATOR)

/** Changes a key, as the command line does. */
export const changeLimits = (server: TestServer, keyId: string, limits: NonNullable<NewKey['limits']>) =>
  server.operator.keys.change({ accountId: null }, keyId, { limits }, OPERATOR)
