import { useSyncExternalStore } from 'react'

/** As the style sheet has it. */
const NARROW = matchMedia('(width < 720px)')

function subscribe(listener: () => void): () => void {
  NARROW.addEventListener('change', listener)
  return () => NARROW.removeEventListener('change', listener)
}

/** Whether the window is a phone's: where something is elsewhere then, and not only smaller. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => NARROW.matches)
