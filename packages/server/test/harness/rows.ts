import type { Environment } from '@kugelaudio/contract'

const CREATED_AT_MS = Date.UTC(2030, 0, 1)

/** A row of an account, for tests of the store alone. */
export const accountRow = (id: string) => ({
  id,
  name: 'A',
  plan: 'free',
  suspended_at: null,
  operator: 0,
  created_at: CREATED_AT_MS,
})

/** A row of a key, for tests of the store alone. */
export const keyRow = (id: string, accountId: string) => ({
  id,
  account_id: accountId,
  name: 'k',
  environment: 'production' as Environment,
  hint: 'ka_…0000',
  created_at: CREATED_AT_MS,
  created_by: 'operator',
})
