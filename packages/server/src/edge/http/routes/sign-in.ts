import type {
  Code,
  EmailBody,
  LetterSent,
  NewPasskey,
  OwnPassword,
  PasskeyProof,
  PasswordChange,
  PasswordReset,
  TokenBody,
} from '@kugelaudio/contract'
import type { z } from 'zod'
import { demandGoodPassword } from '../../../auth/password-choice.ts'
import type { Answered, Asked, From } from '../../../auth/people/endpoints.ts'
import type { Letters } from '../../../auth/people/letters.ts'
import type { Passkeys } from '../../../auth/people/passkeys.ts'
import type { Person, SessionGrant } from '../../../auth/people/session-grants.ts'
import type { People } from '../../../auth/people.ts'
import type { Throttle } from '../../../auth/throttle.ts'
import type { Call } from '../call.ts'
import { demandPatience } from '../patience.ts'
import { privateReply, type Reply } from '../reply.ts'

type Parts = {
  people: People
  passkeys: Passkeys
  letters: Letters
  /** Letters that one network asks for, and links that it tries. */
  asked: Throttle
  fromOf: (call: Call) => From
}

/** Passwords, second factors and passkeys. */
export function signInRoutes({ people, passkeys, letters, asked, fromOf }: Parts) {
  const ask = (call: Call, path: Asked['path'], body?: unknown): Promise<Answered> =>
    people.ask({ method: body === undefined ? 'GET' : 'POST', path, body }, fromOf(call))
  /** What Better Auth answers, as it is. */
  const told = async (call: Call, path: Asked['path'], body?: unknown): Promise<Reply> => {
    const { body: answer, cookies } = await ask(call, path, body)
    return { ...privateReply(answer), cookies }
  }
  const done = async (call: Call, path: Asked['path'], body: unknown): Promise<Reply> => ({
    ...privateReply({ done: true }),
    cookies: (await ask(call, path, body)).cookies,
  })
  const letter = (call: Call, send: () => void): Reply => {
    fromOf(call)
    demandPatience(asked, call.address)
    send()
    const sent: LetterSent = { next: letters.areSent ? 'inbox' : 'operator' }
    return privateReply(sent, 202)
  }
  type Own = SessionGrant<Person>

  return {
    requestPasswordReset: (call: Call<z.output<typeof EmailBody>>): Reply =>
      letter(call, () => letters.reset(call.body.email)),
    sendVerificationEmail: (call: Call<z.output<typeof EmailBody>>): Reply =>
      letter(call, () => letters.verify(call.body.email)),

    resetPassword: async (call: Call<PasswordReset>): Promise<Reply> => {
      demandPatience(asked, call.address)
      await demandGoodPassword(call.body.newPassword)
      return await done(call, '/reset-password', call.body)
    },
    changePassword: async (call: Call<PasswordChange>, _: Own): Promise<Reply> => {
      await demandGoodPassword(call.body.newPassword)
      return await done(call, '/change-password', { ...call.body, revokeOtherSessions: true })
    },
    verifyEmail: async (call: Call<z.output<typeof TokenBody>>): Promise<Reply> => {
      demandPatience(asked, call.address)
      await people.ask({ method: 'GET', path: '/verify-email', query: call.body }, fromOf(call))
      return privateReply({ done: true })
    },

    enableSecondFactor: (call: Call<OwnPassword>, _: Own) => told(call, '/two-factor/enable', call.body),
    newRecoveryCodes: (call: Call<OwnPassword>, _: Own) =>
      told(call, '/two-factor/generate-backup-codes', call.body),
    disableSecondFactor: (call: Call<OwnPassword>, _: Own) => done(call, '/two-factor/disable', call.body),
    verifyCode: async (call: Call<Code>): Promise<Reply> => {
      const { cookies } = await people.verifyCode(call.body.code, fromOf(call))
      return { ...privateReply({ signed_in: true }), cookies }
    },
    verifyRecoveryCode: async (call: Call<Code>): Promise<Reply> => {
      const { cookies } = await ask(call, '/two-factor/verify-backup-code', call.body)
      return { ...privateReply({ signed_in: true }), cookies }
    },

    beginPasskey: (call: Call, _: Own) => told(call, '/passkey/generate-register-options'),
    addPasskey: (call: Call<NewPasskey>, _: Own) => done(call, '/passkey/verify-registration', call.body),
    listPasskeys: async (_: Call, { principal }: Own): Promise<Reply> =>
      privateReply({ passkeys: await passkeys.list(principal.userId) }),
    removePasskey: async ({ params }: Call, { principal }: Own): Promise<Reply> => {
      await passkeys.remove(principal.userId, params['id'] ?? '')
      return privateReply({ done: true })
    },
    beginPasskeySignIn: (call: Call) => told(call, '/passkey/generate-authenticate-options'),
    signInWithPasskey: async (call: Call<PasskeyProof>): Promise<Reply> => {
      const { cookies } = await ask(call, '/passkey/verify-authentication', call.body)
      return { ...privateReply({ signed_in: true }), cookies }
    },
  }
}
