import type { Feature, Plan } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'

/** The plan of the first account, which is the operator's. */
export const OPERATOR_PLAN = 'enterprise'

/** The plans of this server, as data. */
export type Plans = {
  all(): readonly Plan[]
  /** The plan with this name. Throws `VALIDATION_ERROR` for one that does not exist. */
  get(name: string): Plan
  /** What an account on a plan of this name has: where the operator has taken the plan away, the default one. */
  of(name: string): Plan
}

/** `defaultPlan` must be the name of one of them; the configuration has made sure of it. */
export function createPlans(plans: readonly Plan[], defaultPlan: string): Plans {
  const byName = new Map(plans.map((plan) => [plan.name, plan]))
  const get = (name: string): Plan => {
    const plan = byName.get(name)
    if (plan !== undefined) return plan
    throw new Failure('VALIDATION_ERROR', `plan: must be one of ${[...byName.keys()].join(', ')}`)
  }
  const fallback = get(defaultPlan)
  return { all: () => plans, get, of: (name) => byName.get(name) ?? fallback }
}

/** Throws `FORBIDDEN` where a plan does not include a feature. */
export function requireFeature(plan: Plan, feature: Feature): void {
  const refusal = featureRefusal(plan, feature)
  if (refusal !== null) throw refusal
}

/** Null where the plan includes the feature. */
export const featureRefusal = (plan: Plan, feature: Feature): Failure | null =>
  plan.features.includes(feature)
    ? null
    : new Failure('FORBIDDEN', `The plan ${plan.name} does not include ${feature}`, {
        cause: `feature ${feature}`,
      })
