import type { Region } from '../config.ts'

/** A region as it was last seen. */
export type SeenRegion = Region & {
  /** Whether it has answered when it was last asked. */
  isHealthy: boolean
  /** Of a question and its answer; infinite while it has not answered yet. */
  roundTripMs: number
}

/** Where a request may go: one region after the other, until it has reached one. */
export type Choice =
  | { kind: 'ways'; regions: readonly Region[] }
  /** Nothing that it may be sent to is there; `region`: the only one, where it is bound to one. */
  | { kind: 'down'; region: string | null }
  /** It is bound to a region that is none of these. */
  | { kind: 'elsewhere'; region: string }
  /** It is bound to more than one. */
  | { kind: 'torn' }

/**
 * Chooses regions for a request. `pins`: what it is bound to, which is never given up for another region. `near`: the
 * region of the caller's country, which comes before those that answer sooner.
 */
export function chooseRegions(
  seen: readonly SeenRegion[],
  pins: ReadonlySet<string>,
  near: string | null,
): Choice {
  if (pins.size > 1) return { kind: 'torn' }
  const [pin = null] = pins
  if (pin !== null && !seen.some(({ name }) => name === pin)) return { kind: 'elsewhere', region: pin }
  const allowed = seen.filter(({ name, isHealthy }) => isHealthy && (pin === null || name === pin))
  if (allowed.length === 0) return { kind: 'down', region: pin }
  const isNear = ({ name }: SeenRegion): number => (name === near ? 0 : 1)
  return {
    kind: 'ways',
    regions: allowed.sort((a, b) => isNear(a) - isNear(b) || a.roundTripMs - b.roundTripMs),
  }
}
