import type { Probe } from '../keys/canary.ts'

/** Longer than any node that works takes to say yes or no. */
const ANSWER_MS_MAX = 2_000

/** Asks for the models, as any caller would, without going through a proxy or following anybody elsewhere. */
export const probeModels: Probe = async (address, key, signal) => {
  try {
    const answer = await fetch(`${address}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    })
    await answer.body?.cancel()
    if (answer.status === 401) return 'refused'
    return answer.ok ? 'accepted' : 'unreachable'
  } catch {
    return 'unreachable'
  }
}
