import type { KeyToken } from '@kugelaudio/contract'
import type { LivingToken } from '../store/living-tokens.ts'
import type { TokenTerms } from '../store/tokens.ts'

/** What a token allows, as the outside sees it. */
export const shownTerms = (
  token: TokenTerms,
  { keyId, createdAtMs }: { keyId: string; createdAtMs: number },
) => ({
  id: token.id,
  key_id: keyId,
  created_at: iso(createdAtMs),
  expires_at: iso(token.opensUntilMs),
  single_use: token.singleUse,
  max_session_seconds: token.maxSessionMs / 1000,
  voices: token.voices?.slice() ?? null,
  models: token.models?.slice() ?? null,
  max_characters: token.maxCharacters,
  origins: token.origins?.slice() ?? null,
  scopes: [...token.scopes],
})

/** A living token, without its secret. */
export const shownToken = ({ terms, createdBy, charactersUsed, ...made }: LivingToken): KeyToken => ({
  ...shownTerms(terms, made),
  created_by: createdBy,
  characters_used: charactersUsed,
})

const iso = (ms: number): string => new Date(ms).toISOString()
