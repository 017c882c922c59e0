import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { forgetSession } from '../../api/session.ts'
import { forgetSessionOver } from '../../app/session-over.ts'

const BASE = '/dashboard'

/** A way inside this dashboard; anything else leads to its first page. */
const ownPath = (to: string): string =>
  new RegExp(`^${BASE}(?:[/?]|$)`).test(to) ? to : /^\/(?![/\\])/.test(to) ? BASE + to : BASE

/** Goes on as whoever has just signed in: nothing of before is kept. */
export function useEnter(): (to?: string) => void {
  const queries = useQueryClient()
  const router = useRouter()
  return (to = BASE) => {
    forgetSession()
    forgetSessionOver()
    queries.clear()
    router.history.push(ownPath(to))
  }
}
