import type { SettlingLine } from '@kugelaudio/contract'
import { type HearChange, subjectOf } from '../../keys/revocation.ts'
import { failureFrame, failureOf } from '../wire-failure.ts'
import type { Call } from './call.ts'
import { newsReply, prefersLines } from './lines-reply.ts'
import { privateReply, type Reply } from './reply.ts'

/** What a change says in the end: its answer. */
type ProvedLine = { type: 'proved' } & object

/**
 * Makes a change that ends with a receipt, and answers with all of it at the end or, to whoever would rather have them, line
 * by line. `lastOf`: where several were asked for, each of them.
 */
export async function provedReply<Answer extends object>(
  { header, actor, outlive }: Call,
  make: (hear?: HearChange) => Promise<Answer>,
  lastOf: (answer: Answer) => object[] = (answer) => [answer],
): Promise<Reply> {
  if (!prefersLines(header('accept'))) return privateReply(await make())
  const proved = async (hear: HearChange): Promise<ProvedLine[]> =>
    lastOf(await make(hear)).map((each) => ({ type: 'proved', ...each }))
  return await newsReply(newsOf(proved, actor.requestId ?? ''), outlive())
}

/**
 * What a change says while it takes effect: how far it has come, then its answer. What fails before anything could be said
 * is thrown; what fails later is the last line. It goes on where nobody reads.
 */
async function* newsOf(
  make: (hear: HearChange) => Promise<ProvedLine[]>,
  requestId: string,
): AsyncGenerator<object, void, undefined> {
  const unsaid: SettlingLine[] = []
  let isOver = false
  let hasSaid = false
  let news = Promise.withResolvers<void>()
  const hear: HearChange = (change, { nodes, waiting, streamsSevered }) => {
    unsaid.push({
      type: 'settling',
      ...subjectOf(change),
      nodes,
      waiting,
      streams_severed: streamsSevered,
    })
    news.resolve()
  }
  const making = make(hear).finally(() => {
    isOver = true
    news.resolve()
  })
  // Whoever has gone hears of no failure; it is thrown below to whoever has not.
  making.catch(() => {})
  while (!isOver || unsaid.length > 0) {
    await news.promise
    news = Promise.withResolvers()
    for (const line of unsaid.splice(0)) {
      hasSaid = true
      yield line
    }
  }
  try {
    yield* await making
  } catch (thrown) {
    if (!hasSaid) throw thrown
    yield { type: 'failed', ...failureFrame(failureOf(thrown), requestId) }
  }
}
