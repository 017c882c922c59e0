import { Failure } from '../failure.ts'

/** Plans an account may be on. */
export const PLANS = ['free', 'starter', 'business', 'enterprise'] as const

/** The plan of the first account, which is the operator's. */
export const OPERATOR_PLAN = 'enterprise'

/** Throws `VALIDATION_ERROR` for a plan that does not exist. */
export function getPlan(name: string): string {
  const plan = PLANS.find((candidate) => candidate === name)
  if (plan === undefined) throw new Failure('VALIDATION_ERROR', `plan: must be one of ${PLANS.join(', ')}`)
  return plan
}
