import type { Voice, VoiceQuery } from '@kugelaudio/contract'
import type { Query } from '../../store/database.ts'
import { countVoices, listVoices, type VoiceFilter } from '../../store/voices.ts'
import { type Shown, shownPremade, shownVoice } from './shown-voice.ts'

/** Some of the voices, in an order of their own. */
type Source = {
  count: () => Promise<number>
  page: (part: { limit: number; offset: number }) => Promise<Voice[]>
}

/** A page of all voices that an account can name: its own, the engine's, those that others have given to everybody. */
export async function pageOfVoices(
  query: Query,
  wish: VoiceQuery,
  shown: Shown,
): Promise<{ voices: Voice[]; total: number }> {
  const own = storedVoices(query, 'own', wish, shown)
  const sources =
    wish.include_public === 'true'
      ? [own, premadeVoices(wish, shown), storedVoices(query, 'public', wish, shown)]
      : [own]
  const voices: Voice[] = []
  let total = 0
  for (const source of sources) {
    const offset = Math.max(0, wish.offset - total)
    const limit = wish.limit - voices.length
    total += await source.count()
    if (limit > 0 && wish.offset < total) voices.push(...(await source.page({ limit, offset })))
  }
  return { voices, total }
}

function storedVoices(query: Query, whose: VoiceFilter['whose'], wish: VoiceQuery, shown: Shown): Source {
  const filter = {
    whose,
    accountId: shown.accountId,
    language: wish.language ?? null,
    category: wish.category ?? null,
  }
  return {
    count: () => countVoices(query, filter),
    page: async (part) => (await listVoices(query, filter, part)).map((row) => shownVoice(row, shown)),
  }
}

function premadeVoices({ language, category }: VoiceQuery, { offer }: Shown): Source {
  const matching =
    category !== undefined && category !== 'premade'
      ? []
      : offer.voices.filter(({ languages }) => language === undefined || languages.includes(language))
  const inOrder = matching.toSorted((one, other) => one.id - other.id)
  return {
    count: async () => inOrder.length,
    page: async ({ limit, offset }) => inOrder.slice(offset, offset + limit).map(shownPremade),
  }
}
