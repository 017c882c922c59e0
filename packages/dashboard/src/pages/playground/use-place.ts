import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Take, TakeView } from '../../sound/take.ts'

/** A take as it is now. */
export const useTake = (take: Take): TakeView => useSyncExternalStore(take.subscribe, take.view)

/** What is heard of a take, in seconds, as often as the screen is drawn. */
export function usePlace(take: Take, isPlaying: boolean): number {
  const [placeS, setPlaceS] = useState(take.placeS)
  useEffect(() => {
    setPlaceS(take.placeS)
    if (!isPlaying) return
    let frame = requestAnimationFrame(function draw() {
      setPlaceS(take.placeS)
      frame = requestAnimationFrame(draw)
    })
    return () => cancelAnimationFrame(frame)
  }, [take, isPlaying])
  return isPlaying ? placeS : take.placeS
}
