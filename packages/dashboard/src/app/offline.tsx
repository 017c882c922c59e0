import { useSyncExternalStore } from 'react'
import { hearNetwork, isOffline } from '../api/network.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'

let sinceMs: number | null = isOffline() ? Date.now() : null

function subscribe(listener: () => void): () => void {
  return hearNetwork(() => {
    sinceMs = isOffline() ? (sinceMs ?? Date.now()) : null
    listener()
  })
}

/** Since when the browser has no network; null while it has. */
export const useOfflineSinceMs = (): number | null => useSyncExternalStore(subscribe, () => sinceMs)

/** Says that what is on the page is from before. */
export function Offline() {
  const t = useTexts()
  const language = useLanguage()
  const since = useOfflineSinceMs()
  const time = since === null ? '' : new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(since)
  return (
    <div role="status">
      {since !== null && (
        <p className="bg-warn-soft px-4 py-2 text-center text-small text-warn-text">
          {t('state.offline', { time })}
        </p>
      )}
    </div>
  )
}
