import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** Asks before the page is left: the browser, or whoever hears of it where only another page of ours would be shown. */
export function useGuard(isNeeded: boolean, onLeave: () => void): void {
  const { history } = useRouter()
  const latest = useRef(onLeave)
  latest.current = onLeave
  useEffect(() => {
    if (!isNeeded) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    const goOn = history.block({
      enableBeforeUnload: false,
      blockerFn: ({ currentLocation, nextLocation }) => {
        const isLeft = currentLocation.pathname !== nextLocation.pathname
        if (isLeft) latest.current()
        return isLeft
      },
    })
    return () => {
      window.removeEventListener('beforeunload', ask)
      goOn()
    }
  }, [isNeeded, history])
}
