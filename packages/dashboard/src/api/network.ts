import { ApiError, OFFLINE } from './api-error.ts'

/** Where the server is this machine itself, it is there without any network. */
const IS_LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(location.hostname)

/** Whether nothing can be sent: the browser has no network, and the server is elsewhere. */
export const isOffline = (): boolean => !navigator.onLine && !IS_LOCAL

/** Hears when that may have changed; returns how to hear no more. */
export function hearNetwork(hear: () => void): () => void {
  window.addEventListener('online', hear)
  window.addEventListener('offline', hear)
  return () => {
    window.removeEventListener('online', hear)
    window.removeEventListener('offline', hear)
  }
}

/** What was not even asked for. */
export const offline = (): ApiError =>
  new ApiError({ message: 'Offline', code: OFFLINE, status: 0, requestId: null, retryAfterS: null })
