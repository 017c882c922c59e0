import { useSyncExternalStore } from 'react'

let isOver = false
const listeners = new Set<() => void>()

function say(next: boolean): void {
  if (next === isOver) return
  isOver = next
  for (const hear of listeners) hear()
}

/** The server does not know the session any more. */
export const tellSessionOver = (): void => say(true)
/** Somebody is signed in again, or has signed out. */
export const forgetSessionOver = (): void => say(false)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether somebody has to sign in again before anything more can be done. */
export const useSessionOver = (): boolean => useSyncExternalStore(subscribe, () => isOver)
