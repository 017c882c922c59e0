import { DEFAULT_LANGUAGE, type NormalizedText, type NormalizeRequest } from '@kugelaudio/contract'
import type { Clock } from '../../../clock.ts'
import { TextQueue } from '../../../speech/text/text-queue.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** `POST /v1/normalize`: a text as a turn would read it, in words. */
export const normalizeRoute =
  ({ clock }: { clock: Clock }) =>
  async ({ body }: Call<NormalizeRequest>): Promise<Reply> => {
    const language = body.language ?? DEFAULT_LANGUAGE
    const startMs = clock.monotonicMs()
    const queue = new TextQueue({ language, normalize: true, dictionary: null })
    queue.push(body.text)
    queue.end()
    const text: string[] = []
    for await (const { spoken } of queue) if (spoken.text.trim() !== '') text.push(spoken.text.trim())
    const answer: NormalizedText = {
      text: text.join(' '),
      language,
      time_ms: Math.round((clock.monotonicMs() - startMs) * 1_000) / 1_000,
    }
    return jsonReply(JSON.stringify(answer))
  }
