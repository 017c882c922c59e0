import type { RevocationLine } from '@kugelaudio/contract'
import type { HearRevoking, RevokedKey } from '../../keys/keys.ts'
import { failureFrame, failureOf } from '../wire-failure.ts'

/**
 * What a revocation says while it goes on: how far each key has come, then the receipts. What fails before anything could
 * be said is thrown; what fails later is the last line. It goes on where nobody reads.
 */
export async function* revocationNews(
  revoke: (hear: HearRevoking) => Promise<RevokedKey[]>,
  requestId: string,
): AsyncGenerator<RevocationLine, void, undefined> {
  const unsaid: RevocationLine[] = []
  let isOver = false
  let hasSaid = false
  let news = Promise.withResolvers<void>()
  const revoking = revoke(({ epoch, keyId }, { nodes, waiting, streamsSevered }) => {
    unsaid.push({
      type: 'settling',
      key_id: keyId ?? '',
      epoch,
      nodes,
      waiting,
      streams_severed: streamsSevered,
    })
    news.resolve()
  }).finally(() => {
    isOver = true
    news.resolve()
  })
  // Whoever has gone hears of no failure; it is thrown below to whoever has not.
  revoking.catch(() => {})
  while (!isOver || unsaid.length > 0) {
    await news.promise
    news = Promise.withResolvers()
    for (const line of unsaid.splice(0)) {
      hasSaid = true
      yield line
    }
  }
  try {
    for (const revoked of await revoking) yield { type: 'revoked', ...revoked }
  } catch (thrown) {
    if (!hasSaid) throw thrown
    yield { type: 'failed', ...failureFrame(failureOf(thrown), requestId) }
  }
}
