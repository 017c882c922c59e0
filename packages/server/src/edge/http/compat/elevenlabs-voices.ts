import type { ElevenLabsVoice, ElevenLabsVoiceQuery, Voice } from '@kugelaudio/contract'
import type { Grant } from '../../../auth/grants.ts'
import type { OwnVoices } from '../../../speech/own-voices/own-voices.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** Voices that one answer lists or a search looks at; pages go on behind them. */
const VOICES_MAX = 1_000
/** Voices that are asked for at a time. */
const PAGE_VOICES = 100

/** The voices that an account can name, as ElevenLabs' clients read them. */
export function elevenLabsVoiceRoutes({ voices }: { voices: Pick<OwnVoices, 'list' | 'get'> }) {
  const page = (accountId: string, offset: number, limit: number) =>
    voices.list(accountId, { offset, limit, include_public: 'true' })
  const first = async (accountId: string): Promise<ElevenLabsVoice[]> => {
    const found: Voice[] = []
    for (let offset = 0; offset < VOICES_MAX; offset += PAGE_VOICES) {
      const { voices: more, total } = await page(accountId, offset, PAGE_VOICES)
      found.push(...more)
      if (offset + PAGE_VOICES >= total) break
    }
    return found.map(voiceOf)
  }
  const matching = async (accountId: string, search: string, offset: number, limit: number) => {
    if (search === '') {
      const { voices: found, total } = await page(accountId, offset, limit)
      return { found: found.map(voiceOf), total }
    }
    const found = (await first(accountId)).filter(({ name, description }) =>
      `${name}\n${description}`.toLowerCase().includes(search),
    )
    return { found: found.slice(offset, offset + limit), total: found.length }
  }
  return {
    elevenLabsVoices: async (_: Call, { principal }: Grant): Promise<Reply> =>
      jsonReply(JSON.stringify({ voices: await first(principal.accountId) })),

    elevenLabsVoice: async ({ params }: Call, { principal }: Grant): Promise<Reply> =>
      jsonReply(JSON.stringify(voiceOf(await voices.get(principal.accountId, params['voice_id'] ?? '')))),

    elevenLabsVoicePage: async (
      { query }: Call<null, ElevenLabsVoiceQuery>,
      { principal }: Grant,
    ): Promise<Reply> => {
      const start = Number(query.next_page_token ?? 0)
      const end = start + query.page_size
      const search = query.search?.toLowerCase() ?? ''
      const { found, total } = await matching(principal.accountId, search, start, query.page_size)
      return jsonReply(
        JSON.stringify({
          voices: found,
          has_more: end < total,
          total_count: total,
          next_page_token: end < total ? String(end) : null,
        }),
      )
    },
  }
}

const voiceOf = ({ id, name, description, category, sex, supported_languages, sample_url }: Voice) => ({
  voice_id: String(id),
  name,
  description,
  category: category === 'premade' ? 'premade' : 'generated',
  labels: { language: supported_languages[0] ?? '', gender: sex ?? 'neutral', use_case: category },
  preview_url: sample_url,
})
