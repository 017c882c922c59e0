import { useSyncExternalStore } from 'react'
import type { Take } from '../../sound/take.ts'

const silent = () => () => {}

/** Whether a take is still being asked for, or heard: then Stop is what one wants. */
export const useUnderWay = (take: Take | null): boolean =>
  useSyncExternalStore(
    take?.subscribe ?? silent,
    () => take !== null && (take.isUnderWay || take.view().isPlaying),
  )
