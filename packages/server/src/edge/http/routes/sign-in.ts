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
import type { PersonAction } from '../../../auth/people/person-events.ts'
import type { Person, SessionGrant } from '../../../auth/people/session-grants.ts'
import type { People } from '../../../auth/people.ts'
import type { Throttle } from '../../../auth/throttle.ts'
import type { Call } from '../call.ts'
import { demandPatience } from '../patience.ts'
import { privateReply, type Reply } from '../reply.ts'

type Own = SessionGrant<Person>

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
  /** What the audit log keeps. */
  const changed = (action: PersonAction, call: Call, own: Own, path: Asked['path'], body: unknown) =>
    people.change(action, own.principal, { method: 'POST', path, body }, fromOf(call))
  const done = ({ cookies }: Answered): Reply => ({ ...privateReply({ done: true }), cookies })
  const signedIn = ({ cookies }: Answered): Reply => ({ ...privateReply({ signed_in: true }), cookies })
  const letter = (call: Call, send: () => void): Reply => {
    fromOf(call)
    demandPatience(asked, call.address)
    send()
    const sent: LetterSent = { next: letters.areSent ? 'inbox' : 'operator' }
    return privateReply(sent, 202)
  }
  return {
    requestPasswordReset: (call: Call<z.output<typeof EmailBody>>): Reply =>
      letter(call, () => letters.reset(call.body.email, call.actor)),
    sendVerificationEmail: (call: Call<z.output<typeof EmailBody>>): Reply =>
      letter(call, () => letters.verify(call.body.email)),

    resetPassword: async (call: Call<PasswordReset>): Promise<Reply> => {
      demandPatience(asked, call.address)
      await demandGoodPassword(call.body.newPassword)
      return done(await people.resetPassword(call.body, fromOf(call)))
    },
    changePassword: async (call: Call<PasswordChange>, own: Own): Promise<Reply> => {
      await demandGoodPassword(call.body.newPassword)
      const body = { ...call.body, revokeOtherSessions: true }
      return done(await changed('password.changed', call, own, '/change-password', body))
    },
    verifyEmail: async (call: Call<z.output<typeof TokenBody>>): Promise<Reply> => {
      demandPatience(asked, call.address)
      await people.ask({ method: 'GET', path: '/verify-email', query: call.body }, fromOf(call))
      return privateReply({ done: true })
    },

    enableSecondFactor: (call: Call<OwnPassword>, _: Own) => told(call, '/two-factor/enable', call.body),
    newRecoveryCodes: async (call: Call<OwnPassword>, own: Own): Promise<Reply> => {
      const path = '/two-factor/generate-backup-codes'
      return privateReply((await changed('recovery_codes.replaced', call, own, path, call.body)).body)
    },
    disableSecondFactor: async (call: Call<OwnPassword>, own: Own): Promise<Reply> =>
      done(await changed('second_factor.removed', call, own, '/two-factor/disable', call.body)),
    verifyCode: async (call: Call<Code>): Promise<Reply> =>
      signedIn(await people.verifyCode(call.body.code, fromOf(call))),
    verifyRecoveryCode: async (call: Call<Code>): Promise<Reply> =>
      signedIn(
        await people.signInBy(
          'recovery code',
          { method: 'POST', path: '/two-factor/verify-backup-code', body: call.body },
          fromOf(call),
        ),
      ),

    beginPasskey: (call: Call, _: Own) => told(call, '/passkey/generate-register-options'),
    addPasskey: async (call: Call<NewPasskey>, own: Own): Promise<Reply> =>
      done(await changed('passkey.added', call, own, '/passkey/verify-registration', call.body)),
    listPasskeys: async (_: Call, { principal }: Own): Promise<Reply> =>
      privateReply({ passkeys: await passkeys.list(principal.userId) }),
    removePasskey: async ({ params, actor }: Call, { principal }: Own): Promise<Reply> => {
      await passkeys.remove(principal, params['id'] ?? '', actor)
      return privateReply({ done: true })
    },
    beginPasskeySignIn: (call: Call) => told(call, '/passkey/generate-authenticate-options'),
    signInWithPasskey: async (call: Call<PasskeyProof>): Promise<Reply> =>
      signedIn(
        await people.signInBy(
          'passkey',
          { method: 'POST', path: '/passkey/verify-authentication', body: call.body },
          fromOf(call),
        ),
      ),
  }
}
