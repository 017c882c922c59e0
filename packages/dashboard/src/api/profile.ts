import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import { makePasskey } from './passkeys.ts'
import type { AnswerOf, BodyOf } from './routes.ts'
import { sessionQuery } from './session.ts'

export type Passkey = AnswerOf<'listPasskeys'>['passkeys'][number]
export type PersonSession = AnswerOf<'listSessions'>['sessions'][number]

/** The person's passkeys. */
export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: async ({ signal }) => (await call('listPasskeys', { signal })).passkeys,
})

/** Where the person is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await call('listSessions', { signal })).sessions,
})

export function useChangePerson() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyOf<'changePerson'>) => call('changePerson', { body }),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
  })
}

/** What the server must know again once a person signs in otherwise. */
function useStale(key: readonly unknown[]): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: key })
}

export function useMakePasskey() {
  return useMutation({ mutationFn: makePasskey, onSettled: useStale(passkeysQuery.queryKey) })
}

export function useRemovePasskey() {
  return useMutation({
    mutationFn: (id: string) => call('removePasskey', { params: { id } }),
    onSettled: useStale(passkeysQuery.queryKey),
  })
}

export function useEndSession() {
  return useMutation({
    mutationFn: (id: string) => call('endSession', { params: { id } }),
    onSettled: useStale(sessionsQuery.queryKey),
  })
}

export function useEndSessions() {
  return useMutation({
    mutationFn: (everywhere: boolean) => call('endSessions', { body: { everywhere } }),
    onSettled: useStale(sessionsQuery.queryKey),
  })
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: BodyOf<'changePassword'>) => call('changePassword', { body }),
    onSuccess: useStale(sessionsQuery.queryKey),
  })
}

export function useEnableSecondFactor() {
  return useMutation({
    mutationFn: (body: BodyOf<'enableSecondFactor'>) => call('enableSecondFactor', { body }),
  })
}

export function useVerifyCode() {
  return useMutation({
    mutationFn: (code: string) => call('verifyCode', { body: { code } }),
    onSuccess: useStale(sessionQuery.queryKey),
  })
}

export function useNewRecoveryCodes() {
  return useMutation({
    mutationFn: (body: BodyOf<'newRecoveryCodes'>) => call('newRecoveryCodes', { body }),
  })
}

export function useDisableSecondFactor() {
  return useMutation({
    mutationFn: (body: BodyOf<'disableSecondFactor'>) => call('disableSecondFactor', { body }),
    onSuccess: useStale(sessionQuery.queryKey),
  })
}
