import {
  InvitationList,
  InvitationSecret,
  InvitationView,
  InvitationWithSecret,
  MemberChange,
  MemberChanged,
  MemberList,
  MemberRemoved,
  NewInvitation,
  PersonSessionList,
  SessionsEnd,
  SessionsEnded,
} from './members.ts'
import { Done, SessionView } from './people.ts'
import { proved } from './proved.ts'
import type { Route } from './routes.ts'

const read = { access: 'session', member: 'members:read', tag: 'Members' } as const
const write = { access: 'session', member: 'members:write', recent: true, tag: 'Members' } as const
const own = { access: 'session', tag: 'People' } as const

/** Who is in an account; invitations; a person's own sessions. */
export const MEMBER_ROUTES = {
  listMembers: {
    ...read,
    method: 'GET',
    path: '/v1/members',
    operationId: 'listMembers',
    summary: "The account's people, and their roles",
    body: null,
    answer: { json: MemberList },
  },
  changeMember: {
    ...write,
    method: 'PATCH',
    path: '/v1/members/{id}',
    operationId: 'changeMember',
    summary: 'Give a member another role, at once, and prove it. Only an owner makes or changes owners',
    body: MemberChange,
    answer: proved(MemberChanged),
  },
  removeMember: {
    ...write,
    method: 'DELETE',
    path: '/v1/members/{id}',
    operationId: 'removeMember',
    summary:
      "End a membership, its sessions and its tokens, at once, and prove it. Keys stay: they are the account's",
    body: null,
    answer: proved(MemberRemoved),
  },
  listInvitations: {
    ...read,
    method: 'GET',
    path: '/v1/invitations',
    operationId: 'listInvitations',
    summary: 'Invitations that can still be accepted, newest first',
    body: null,
    answer: { json: InvitationList },
  },
  createInvitation: {
    ...write,
    method: 'POST',
    path: '/v1/invitations',
    operationId: 'createInvitation',
    summary: 'Invite somebody; by mail, where the server can send it. The link is in this one answer',
    body: NewInvitation,
    answer: { status: 201, json: InvitationWithSecret },
  },
  withdrawInvitation: {
    ...write,
    method: 'DELETE',
    path: '/v1/invitations/{id}',
    operationId: 'withdrawInvitation',
    summary: 'Take an invitation back',
    body: null,
    answer: { json: Done },
  },
  viewInvitation: {
    access: 'open',
    tag: 'Members',
    method: 'POST',
    path: '/v1/invitations/view',
    operationId: 'viewInvitation',
    summary: 'What an invitation is to, by its secret',
    body: InvitationSecret,
    answer: { json: InvitationView },
  },
  acceptInvitation: {
    ...own,
    method: 'POST',
    path: '/v1/invitations/accept',
    operationId: 'acceptInvitation',
    summary: 'Become a member, with the address that was invited; the session acts for that account',
    body: InvitationSecret,
    answer: { json: SessionView },
  },
  listSessions: {
    ...own,
    method: 'GET',
    path: '/v1/sessions',
    operationId: 'listSessions',
    summary: 'Where the person is signed in',
    body: null,
    answer: { json: PersonSessionList },
  },
  endSession: {
    ...own,
    method: 'DELETE',
    path: '/v1/sessions/{id}',
    operationId: 'endSession',
    summary: 'Sign out in one place',
    body: null,
    answer: { json: SessionsEnded },
  },
  endSessions: {
    ...own,
    method: 'POST',
    path: '/v1/sessions/end',
    operationId: 'endSessions',
    summary: 'Sign out everywhere else, or everywhere',
    body: SessionsEnd,
    bodyOptional: true,
    answer: { json: SessionsEnded },
  },
} as const satisfies Record<string, Route>
