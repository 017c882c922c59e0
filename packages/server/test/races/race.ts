import { setImmediate as aside } from 'node:timers/promises'

/** Who revokes: the serving process itself, or a command beside it. */
export const REVOKERS = ['the serving process', 'another process'] as const
export type Revoker = (typeof REVOKERS)[number]

/** What came of verifications, by when they began and ended. */
export type Tally = {
  revocations: number
  accepted: number
  refused: number
  /** Began when the revocation had returned, and were accepted. */
  tooLate: number
  /** Began before the revocation returned, and went on with what they got after it. */
  lingering: number
  /** Accepted when everything had come to rest. */
  resurrected: number
}

/** How one verification ended. */
export type Outcome = 'accepted' | 'refused' | 'lingering'

/** A key that is raced for. */
export type Racer = { verify: () => Promise<Outcome>; revoke: () => Promise<unknown> }

/** Loops that verify one key. */
const LOOPS = 3
/** Keys that are raced for at a time. */
const AT_ONCE = 16

/** Races for every key, some at a time; adds up what came of it. */
export async function raceForAll(racers: Racer[]): Promise<Tally> {
  const tally: Tally = { revocations: 0, accepted: 0, refused: 0, tooLate: 0, lingering: 0, resurrected: 0 }
  let next = 0
  const worker = async (): Promise<void> => {
    for (let racer = racers[next++]; racer !== undefined; racer = racers[next++]) await race(racer, tally)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  for (const { verify } of racers) if ((await verify()) !== 'refused') tally.resurrected++
  return tally
}

/** One key: verified by loops all the while, revoked in the midst of it, verified again when its loops have ended. */
async function race({ verify, revoke }: Racer, tally: Tally): Promise<void> {
  let accepted = 0
  let refused = 0
  let isRevoked = false
  let isOver = false
  const loop = async (): Promise<void> => {
    while (!isOver) {
      const beganAfter = isRevoked
      const outcome = await verify()
      if (outcome === 'refused') refused++
      else if (beganAfter) tally.tooLate++
      else if (outcome === 'lingering') tally.lingering++
      else accepted++
      await aside()
    }
  }
  const loops = Array.from({ length: LOOPS }, loop)
  while (accepted < LOOPS) await aside()
  await revoke()
  isRevoked = true
  const refusedBefore = refused
  while (refused < refusedBefore + LOOPS && tally.tooLate === 0) await aside()
  isOver = true
  await Promise.all(loops)
  if ((await verify()) !== 'refused') tally.resurrected++
  tally.revocations++
  tally.accepted += accepted
  tally.refused += refused
}
