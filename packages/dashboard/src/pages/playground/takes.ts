import { useSyncExternalStore } from 'react'
import type { SpeechRequest } from '../../sound/speech-socket.ts'
import { Take } from '../../sound/take.ts'

/** Takes that are kept while the page is open, in memory alone. */
const TAKES_KEPT = 10

let takes: readonly Take[] = []
const listeners = new Set<() => void>()

/** Speaks a text, and keeps what comes of it. */
export function speak(request: SpeechRequest, keyId: string | null): Take {
  const take = new Take(request, keyId)
  takes = [take, ...takes].slice(0, TAKES_KEPT)
  for (const hear of listeners) hear()
  return take
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The last takes of this visit, newest first. */
export const useTakes = (): readonly Take[] => useSyncExternalStore(subscribe, () => takes)
