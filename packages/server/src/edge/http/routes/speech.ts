import type { GenerateRequest } from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import { formatAccepted } from '../accept.ts'
import type { Call } from '../call.ts'
import { audioReply, type Reply } from '../reply.ts'
import { type SpeechParts, speakCall } from '../speak-call.ts'

/** `POST /v1/tts/generate`: a turn with one push. */
export const speechRoute =
  (parts: SpeechParts) =>
  async (call: Call<GenerateRequest>, grant: Grant): Promise<Reply> => {
    const { body } = call
    const wishes = {
      ...body,
      model_id: body.model_id ?? body.model,
      output_format: body.output_format ?? formatAccepted(call.header('accept'), body.sample_rate ?? null),
      wordTimes: false,
    }
    const spoken = await speakCall(parts, call, grant, { text: body.text, wishes })
    return await audioReply(spoken, { clock: parts.clock, settle: call.outlive() })
  }
