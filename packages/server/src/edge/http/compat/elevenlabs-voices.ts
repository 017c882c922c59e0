import type { ElevenLabsVoice, ElevenLabsVoiceQuery } from '@kugelaudio/contract'
import { Failure } from '../../../failure.ts'
import type { EngineOffer } from '../../../speech/engine.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

type Offered = EngineOffer['voices'][number]

/** The voices, as ElevenLabs' clients read them. */
export const elevenLabsVoiceRoutes = ({ offer }: { offer: () => Promise<EngineOffer> }) => ({
  elevenLabsVoices: async (): Promise<Reply> =>
    jsonReply(JSON.stringify({ voices: (await offer()).voices.map(voiceOf) })),

  elevenLabsVoice: async ({ params }: Call): Promise<Reply> => {
    const id = params['voice_id']
    const found = (await offer()).voices.find((voice) => String(voice.id) === id || voice.handle === id)
    if (found === undefined) throw new Failure('NOT_FOUND', 'Voice not found')
    return jsonReply(JSON.stringify(voiceOf(found)))
  },

  elevenLabsVoicePage: async ({ query }: Call<null, ElevenLabsVoiceQuery>): Promise<Reply> => {
    const wanted = query.search?.toLowerCase() ?? ''
    const found = (await offer()).voices
      .map(voiceOf)
      .filter(({ name, description }) => `${name}\n${description}`.toLowerCase().includes(wanted))
    const start = Number(query.next_page_token ?? 0)
    const end = start + query.page_size
    const hasMore = end < found.length
    const page = {
      voices: found.slice(start, end),
      has_more: hasMore,
      total_count: found.length,
      next_page_token: hasMore ? String(end) : null,
    }
    return jsonReply(JSON.stringify(page))
  },
})

const voiceOf = ({ id, name, description, languages, sex }: Offered): ElevenLabsVoice => ({
  voice_id: String(id),
  name,
  description,
  category: 'premade',
  labels: { language: languages[0] ?? '', gender: sex ?? 'neutral' },
  preview_url: null,
})
