import { CanaryReport } from './canary.ts'
import { KeyList } from './keys.ts'
import {
  OperatedAccount,
  OperatedAccountChange,
  OperatedAccountChanged,
  OperatedAccountList,
  OperatedAccountQuery,
  OperatedKeyQuery,
  OperatedPlanList,
  OperatedUsageQuery,
  ServerState,
  Suspension,
} from './operator.ts'
import { proved } from './proved.ts'
import type { Route } from './routes.ts'
import { UsageReport } from './usage.ts'

const read = { access: 'session', member: 'server:operate', tag: 'Operator' } as const
const change = { ...read, recent: true } as const

/** What only those who operate the server may: owners and admins of its first account. */
export const OPERATOR_ROUTES = {
  listAccounts: {
    ...read,
    method: 'GET',
    path: '/v1/operator/accounts',
    operationId: 'listAccounts',
    summary: 'All accounts of this server, newest first',
    query: OperatedAccountQuery,
    body: null,
    answer: { json: OperatedAccountList },
  },
  getOperatedAccount: {
    ...read,
    method: 'GET',
    path: '/v1/operator/accounts/{id}',
    operationId: 'getOperatedAccount',
    summary: 'One account',
    body: null,
    answer: { json: OperatedAccount },
  },
  listOperatedKeys: {
    ...read,
    method: 'GET',
    path: '/v1/operator/accounts/{id}/keys',
    operationId: 'listOperatedKeys',
    summary: "An account's keys, newest first; never a secret",
    query: OperatedKeyQuery,
    body: null,
    answer: { json: KeyList },
  },
  getOperatedUsage: {
    ...read,
    method: 'GET',
    path: '/v1/operator/accounts/{id}/usage',
    operationId: 'getOperatedUsage',
    summary: 'What an account has used, by day, key, model and voice',
    query: OperatedUsageQuery,
    body: null,
    answer: { json: UsageReport },
  },
  changeOperatedAccount: {
    ...change,
    method: 'PATCH',
    path: '/v1/operator/accounts/{id}',
    operationId: 'changeOperatedAccount',
    summary: 'Put an account on another plan, at once, in running streams too, and prove it',
    body: OperatedAccountChange,
    answer: proved(OperatedAccountChanged),
  },
  suspendAccount: {
    ...change,
    method: 'POST',
    path: '/v1/operator/accounts/{id}/suspend',
    operationId: 'suspendAccount',
    summary: 'Stop all keys and streams of an account, at once, and prove it',
    body: Suspension,
    bodyOptional: true,
    answer: proved(OperatedAccountChanged),
  },
  resumeAccount: {
    ...change,
    method: 'POST',
    path: '/v1/operator/accounts/{id}/resume',
    operationId: 'resumeAccount',
    summary: 'Let a suspended account work again',
    body: null,
    answer: proved(OperatedAccountChanged),
  },
  listOperatedPlans: {
    ...read,
    method: 'GET',
    path: '/v1/operator/plans',
    operationId: 'listOperatedPlans',
    summary: 'The plans, and how many accounts and streams each touches',
    body: null,
    answer: { json: OperatedPlanList },
  },
  getServerState: {
    ...read,
    method: 'GET',
    path: '/v1/operator/server',
    operationId: 'getServerState',
    summary: 'Nodes, engine and database, as the node that answers knows them',
    body: null,
    answer: { json: ServerState },
  },
  getCanary: {
    ...read,
    method: 'GET',
    path: '/v1/operator/canary',
    operationId: 'getCanary',
    summary: 'Keys that nodes make, use and revoke to watch each other: the newest of every node',
    body: null,
    answer: { json: CanaryReport },
  },
} as const satisfies Record<string, Route>
