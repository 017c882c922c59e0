import { DEFAULT_LANGUAGE, type NormalizedText, type NormalizeRequest } from '@kugelaudio/contract'
import type { Clock } from '../../../clock.ts'
import { textPassages } from '../../../speech/text/passages.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** `POST /v1/normalize`: a text as a turn would read it, in words. */
export const normalizeRoute =
  ({ clock }: { clock: Clock }) =>
  ({ body }: Call<NormalizeRequest>): Reply => {
    const language = body.language ?? DEFAULT_LANGUAGE
    const startMs = clock.monotonicMs()
    const { passages } = textPassages(body.text, { language, normalize: true, dictionary: null })
    const text = passages.map(({ spoken }) => spoken.text.trim()).filter((said) => said !== '')
    const answer: NormalizedText = {
      text: text.join(' '),
      language,
      time_ms: Math.round((clock.monotonicMs() - startMs) * 1_000) / 1_000,
    }
    return jsonReply(JSON.stringify(answer))
  }
