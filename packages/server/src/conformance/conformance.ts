import { type Check, type CheckResult, LimitReached, Nonconforming, NotChecked } from './check.ts'
import { Subject, type Target } from './subject.ts'

/** How often a check is tried again whose key has reached a limit. */
const TRIES_MAX = 4
/** Longer than this nobody waits for one check. */
const WAIT_S_MAX = 65

/** Runs checks one after the other. `waits` hears of every wait for a limit. */
export async function* runChecks(
  checks: readonly Check[],
  target: Target,
  { waits, sleep }: { waits: (name: string, seconds: number) => void; sleep: (ms: number) => Promise<void> },
): AsyncGenerator<CheckResult, void, undefined> {
  const subject = new Subject(target)
  for (const check of checks) {
    const startMs = performance.now()
    const outcome = await tried(check, subject, async (seconds) => {
      waits(check.name, seconds)
      await sleep(seconds * 1000)
    })
    const ms = Math.round(performance.now() - startMs)
    const { name, promise } = check
    yield { name, promise, ms, ...outcome, detail: withoutKeys(outcome.detail, target) }
  }
}

type Outcome = Pick<CheckResult, 'result' | 'detail'>

async function tried(
  check: Check,
  subject: Subject,
  wait: (seconds: number) => Promise<void>,
): Promise<Outcome> {
  if (check.managesKeys && subject.target.managementKey === null)
    return { result: 'skip', detail: 'no management key was given' }
  for (let tries = 1; ; tries++) {
    try {
      return { result: 'pass', detail: (await check.run(subject)) ?? '' }
    } catch (error) {
      if (error instanceof LimitReached && tries < TRIES_MAX && error.retryAfterS <= WAIT_S_MAX)
        await wait(error.retryAfterS)
      else return outcomeOf(error)
    } finally {
      await subject.closeAll()
    }
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof NotChecked) return { result: 'skip', detail: error.message }
  if (error instanceof LimitReached)
    return { result: 'skip', detail: `the key's limits leave no room for it: ${error.message}` }
  if (error instanceof Nonconforming) return { result: 'fail', detail: error.message }
  throw error
}

/** Servers say things back; keys are not repeated. */
function withoutKeys(detail: string, { apiKey, managementKey }: Target): string {
  const hidden = detail.replaceAll(apiKey, '(key)')
  return (managementKey === null ? hidden : hidden.replaceAll(managementKey, '(key)')).replaceAll(
    /\bka_[0-9A-Za-z]{46}\b/g,
    '(key)',
  )
}
