import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { sessionQuery } from '../api/session.ts'
import { PRODUCT } from './wordmark.tsx'

/** Names the page in the browser: page, account, product. */
export function usePageTitle(page: string): void {
  const { data } = useQuery({ ...sessionQuery, enabled: false })
  const account = data?.account?.name
  useEffect(() => {
    document.title = [page, account, PRODUCT].filter(Boolean).join(' · ')
  }, [page, account])
}
