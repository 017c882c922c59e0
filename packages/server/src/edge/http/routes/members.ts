import type { InvitationSecret, MemberChange, NewInvitation, SessionsEnd } from '@kugelaudio/contract'
import type { Invitations } from '../../../accounts/invitations.ts'
import type { MemberActor, Members } from '../../../accounts/members.ts'
import type { Person, SessionGrant } from '../../../auth/people/session-grants.ts'
import type { Sessions } from '../../../auth/people/sessions.ts'
import type { Call } from '../call.ts'
import { provedReply } from '../proved-reply.ts'
import { privateReply, type Reply } from '../reply.ts'
import type { Site } from '../site.ts'

type Parts = { members: Members; invitations: Invitations; sessions: Sessions; site: Site }

/** `/v1/members`, `/v1/invitations` and `/v1/sessions`: people in an account, and where a person is signed in. */
export const memberRoutes = ({ members, invitations, sessions, site }: Parts) => ({
  listMembers: async (_: Call, { principal }: SessionGrant): Promise<Reply> =>
    privateReply({ members: await members.list(principal.accountId) }),

  changeMember: async (call: Call<MemberChange>, grant: SessionGrant): Promise<Reply> =>
    await provedReply(call, (hear) =>
      members.changeRole(byOf(call, grant), idOf(call), call.body.role, hear),
    ),

  removeMember: async (call: Call, grant: SessionGrant): Promise<Reply> =>
    await provedReply(call, (hear) => members.remove(byOf(call, grant), idOf(call), hear)),

  listInvitations: async (_: Call, { principal }: SessionGrant): Promise<Reply> =>
    privateReply({ invitations: await invitations.list(principal.accountId) }),

  createInvitation: async (call: Call<NewInvitation>, grant: SessionGrant): Promise<Reply> =>
    privateReply(await invitations.create(byOf(call, grant), call.body, site.baseOf(call.message)), 201),

  withdrawInvitation: async (call: Call, grant: SessionGrant): Promise<Reply> => {
    await invitations.withdraw(byOf(call, grant), idOf(call))
    return privateReply({ done: true })
  },

  viewInvitation: async ({ body }: Call<InvitationSecret>): Promise<Reply> =>
    privateReply(await invitations.view(body.invitation)),

  acceptInvitation: async (
    { body, actor }: Call<InvitationSecret>,
    { principal }: SessionGrant<Person>,
  ): Promise<Reply> => privateReply(await sessions.join(principal, body.invitation, actor)),

  listSessions: async (_: Call, { principal }: SessionGrant<Person>): Promise<Reply> =>
    privateReply({ sessions: await sessions.list(principal) }),

  endSession: async (call: Call, { principal }: SessionGrant<Person>): Promise<Reply> =>
    privateReply({ ended: await sessions.end(principal, { only: idOf(call) }, call.actor) }),

  endSessions: async (
    { body, actor }: Call<SessionsEnd>,
    { principal }: SessionGrant<Person>,
  ): Promise<Reply> =>
    privateReply({ ended: await sessions.end(principal, { everywhere: body.everywhere }, actor) }),
})

const byOf = ({ actor }: Call, { principal }: SessionGrant): MemberActor => ({
  accountId: principal.accountId,
  role: principal.role,
  actor,
})

const idOf = ({ params }: Call): string => params['id'] ?? ''
