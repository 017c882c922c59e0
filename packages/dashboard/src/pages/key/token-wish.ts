import type { NewToken } from '@kugelaudio/contract'

/** A token that is being thought of, as it is typed. */
export type TokenDraft = {
  ttl: string
  isSingleUse: boolean
  session: string
  voice: string
  characters: string
  origin: string
}

/** As the server would fill it in. */
export const DEFAULT_TOKEN: TokenDraft = {
  ttl: '60',
  isSingleUse: true,
  session: '',
  voice: '',
  characters: '',
  origin: '',
}

const TTL_S_MAX = 3_600
const SESSION_S_MAX = 18_000

const within = (text: string, max: number): boolean => /^[1-9]\d{0,8}$/.test(text) && Number(text) <= max

/** The first part that the server would refuse; null when none. */
export function tokenProblem(draft: TokenDraft): 'ttl' | 'session' | 'characters' | 'origin' | null {
  if (!within(draft.ttl, TTL_S_MAX)) return 'ttl'
  if (draft.session !== '' && !within(draft.session, SESSION_S_MAX)) return 'session'
  if (draft.characters !== '' && !within(draft.characters, 1_000_000_000)) return 'characters'
  if (draft.origin !== '' && URL.parse(draft.origin)?.origin !== draft.origin) return 'origin'
  return null
}

/** What is asked for; only what is not the default. */
export const tokenWish = (draft: TokenDraft): Partial<NewToken> => ({
  ...(draft.ttl === DEFAULT_TOKEN.ttl ? {} : { ttl_seconds: Number(draft.ttl) }),
  ...(draft.isSingleUse ? {} : { single_use: false }),
  ...(draft.session === '' ? {} : { max_session_seconds: Number(draft.session) }),
  ...(draft.voice.trim() === '' ? {} : { voices: [draft.voice.trim()] }),
  ...(draft.characters === '' ? {} : { max_characters: Number(draft.characters) }),
  ...(draft.origin === '' ? {} : { origins: [draft.origin] }),
})
