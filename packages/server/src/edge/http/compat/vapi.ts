import type { VapiVoiceQuery, VapiVoiceRequest } from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import type { Call } from '../call.ts'
import { audioReply, type Reply } from '../reply.ts'
import { type SpeechParts, speakCall } from '../speak-call.ts'

/** `POST /vapi/synthesize`: what Vapi asks a custom voice, as raw PCM (wire reference, section 4.10). */
export const vapiRoutes = (parts: SpeechParts) => ({
  vapiSpeech: async (call: Call<VapiVoiceRequest, VapiVoiceQuery>, grant: Grant): Promise<Reply> => {
    const { text, sampleRate } = call.body.message
    const wishes = {
      voice_id: call.query.voice_id ?? call.header('x-voice-id'),
      model_id: call.query.model_id,
      sample_rate: sampleRate,
      wordTimes: false,
    }
    const spoken = await speakCall(parts, call, grant, { text, wishes })
    return await audioReply(spoken, { clock: parts.clock, settle: call.outlive() })
  },
})
