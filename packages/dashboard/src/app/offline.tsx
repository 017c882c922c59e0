import { useSyncExternalStore } from 'react'
import { useLanguage, useTexts } from '../i18n/i18n.ts'

let sinceMs: number | null = navigator.onLine ? null : Date.now()

function subscribe(listener: () => void): () => void {
  const hear = (): void => {
    sinceMs = navigator.onLine ? null : (sinceMs ?? Date.now())
    listener()
  }
  window.addEventListener('online', hear)
  window.addEventListener('offline', hear)
  return () => {
    window.removeEventListener('online', hear)
    window.removeEventListener('offline', hear)
  }
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
