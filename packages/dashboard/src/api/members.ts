import type { Role } from '@kugelaudio/contract'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import { callForProof, useProved } from './proof.ts'
import type { AnswerOf, BodyOf } from './routes.ts'

export type Member = AnswerOf<'listMembers'>['members'][number]
export type Invitation = AnswerOf<'listInvitations'>['invitations'][number]
export type InvitationWithSecret = AnswerOf<'createInvitation'>

/** The account's people. */
export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: async ({ signal }) => (await call('listMembers', { signal })).members,
})

/** Invitations that can still be accepted. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => (await call('listInvitations', { signal })).invitations,
})

const KNOWN = ['members'] as const

export const useChangeMember = () =>
  useProved(KNOWN, ({ id, role }: { id: string; role: Role }, hear) =>
    callForProof('changeMember', { params: { id }, body: { role } }, hear),
  )

export const useRemoveMember = () =>
  useProved(KNOWN, (id: string, hear) => callForProof('removeMember', { params: { id } }, hear))

export function useInvite() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyOf<'createInvitation'>) => call('createInvitation', { body }),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
}

export function useWithdrawInvitation() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('withdrawInvitation', { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
}
