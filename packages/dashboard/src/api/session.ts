import type { Permission } from '@kugelaudio/contract'
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { call } from './call.ts'
import type { AnswerOf } from './routes.ts'

export type Session = AnswerOf<'getSession'>

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await call('getSession', { signal })
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 30_000,
})

/** What can be done here without an account. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call('getSetup', { signal }),
  staleTime: 60_000,
})

/** Who was signed in last: a page stays as it is while somebody signs in again. */
let lastSession: Session | null = null

/** Forgets who was signed in: they have signed out. */
export const forgetSession = (): void => {
  lastSession = null
}

/** Whether somebody was signed in here, so that a refusal means that it is over. */
export const wasSignedIn = (): boolean => lastSession !== null

/** The session of a page that only signed-in people see. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery)
  if (data !== null) lastSession = data
  else if (lastSession !== null) return lastSession
  if (data === null)
    throw new ApiError({ message: '', code: 'UNAUTHORIZED', status: 401, requestId: null, retryAfterS: null })
  return data
}

/** Whether the account is suspended, as far as it is known: then nothing is allowed, whatever the role. */
export function useSuspended(): boolean {
  const { data } = useQuery({ ...sessionQuery, enabled: false })
  return data?.account?.suspended ?? false
}

/** Whether the person may do something in the account. */
export function useMay(permission: Permission): boolean {
  const { data } = useQuery(sessionQuery)
  return data?.permissions.includes(permission) ?? false
}
