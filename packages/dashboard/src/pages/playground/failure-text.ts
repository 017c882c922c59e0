import { useTexts } from '../../i18n/i18n.ts'
import type { SpeechFailure } from '../../sound/speech-socket.ts'

/** What to tell a person of a take that ended before its time. */
export function useSpeechFailureText(): (
  failure: SpeechFailure,
  take: { isByKey: boolean; wasHeard: boolean },
) => string {
  const t = useTexts()
  return ({ code, message, retryAfterS }, { isByKey, wasHeard }) => {
    switch (code) {
      case 'UNAUTHORIZED':
        return isByKey ? t('play.revoked') : t('state.session')
      case 'FORBIDDEN':
        return t(wasHeard ? 'play.withdrawn' : 'play.scope')
      case 'CONFLICT':
        return t('play.gone')
      case 'INSUFFICIENT_CREDITS':
        return t('play.usedup')
      case 'MODEL_UNAVAILABLE':
      case 'SERVICE_UNAVAILABLE':
        return t('play.busy', { seconds: retryAfterS ?? 5 })
      case null:
        return t('play.lost')
      default:
        return t('state.refused', { reason: message })
    }
  }
}
