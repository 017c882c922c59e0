import { useIsFetching } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { loadLateParts } from '../ui/late.tsx'

/** Where the browser does not say when it has nothing to do. */
const REST_MS = 200

/** Loads what pages show only when somebody presses something: once the page is whole, or as soon as somebody is about to. */
export function useLateParts(): void {
  const isAsking = useIsFetching() > 0
  const isOnTheWay = useRouterState({ select: ({ isLoading }) => isLoading })
  const isWhole = !isAsking && !isOnTheWay
  useEffect(() => {
    if (!isWhole) return
    if (typeof requestIdleCallback === 'undefined') {
      const timer = setTimeout(loadLateParts, REST_MS)
      return () => clearTimeout(timer)
    }
    const idle = requestIdleCallback(loadLateParts)
    return () => cancelIdleCallback(idle)
  }, [isWhole])
  useEffect(() => {
    const hear = ({ target }: Event): void => {
      if (target instanceof Element && target.closest('button') !== null) loadLateParts()
    }
    const SIGNS = ['pointerover', 'focusin'] as const
    for (const sign of SIGNS) document.addEventListener(sign, hear)
    return () => {
      for (const sign of SIGNS) document.removeEventListener(sign, hear)
    }
  }, [])
}
