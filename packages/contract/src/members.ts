import { z } from 'zod'
import { Receipt } from './keys.ts'
import { Email } from './people.ts'
import { Role } from './roles.ts'

/** A person in an account. */
export const Member = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  second_factor: z.boolean(),
  joined_at: z.iso.datetime(),
  last_active_at: z.iso.datetime().nullable().describe('When the newest session here was opened.'),
})
export type Member = z.infer<typeof Member>

export const MemberList = z.object({ members: z.array(Member) })
export const MemberChange = z.strictObject({ role: Role })
export type MemberChange = z.infer<typeof MemberChange>

export const MemberChanged = z.object({ member: Member, receipt: Receipt })
export type MemberChanged = z.infer<typeof MemberChanged>

export const MemberRemoved = z.object({
  user_id: z.string(),
  sessions_ended: z.int(),
  tokens_ended: z.int().describe('Tokens that the member had made; what they had opened has ended too.'),
  receipt: Receipt,
})
export type MemberRemoved = z.infer<typeof MemberRemoved>

/** How long an invitation can be accepted. */
export const INVITATION_DAYS = 7

export const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: Role,
  created_at: z.iso.datetime(),
  created_by: z.string(),
  expires_at: z.iso.datetime(),
})
export type Invitation = z.infer<typeof Invitation>

export const InvitationList = z.object({ invitations: z.array(Invitation) })
export const NewInvitation = z.strictObject({ email: Email, role: Role })
export type NewInvitation = z.infer<typeof NewInvitation>

export const InvitationWithSecret = Invitation.extend({
  url: z.string().describe('Whoever has it may accept; its secret is shown this once.'),
  mailed: z.boolean(),
})
export type InvitationWithSecret = z.infer<typeof InvitationWithSecret>

export const InvitationSecret = z.strictObject({ invitation: z.string().min(1).max(100) })
export type InvitationSecret = z.infer<typeof InvitationSecret>

/** What somebody sees who was invited. */
export const InvitationView = z.object({ account_name: z.string(), email: z.string(), role: Role })
export type InvitationView = z.infer<typeof InvitationView>

/** A session of the person who asks. */
export const PersonSession = z.object({
  id: z.string(),
  is_current: z.boolean(),
  address: z.string().nullable(),
  agent: z.string().nullable(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
})
export type PersonSession = z.infer<typeof PersonSession>
export const PersonSessionList = z.object({ sessions: z.array(PersonSession) })
export const SessionsEnd = z.strictObject({
  everywhere: z.boolean().default(false).describe('Also this one.'),
})
export type SessionsEnd = z.infer<typeof SessionsEnd>
export const SessionsEnded = z.object({ ended: z.int() })
