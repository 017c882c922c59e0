import { z } from 'zod'
import { Email } from './people.ts'

/** Longest text of a token or code that anybody presents. */
const TOKEN_CHARACTERS_MAX = 2_000
const Password = z.string().min(1).max(1_000)
const Token = z.string().min(1).max(TOKEN_CHARACTERS_MAX)

export const EmailBody = z.strictObject({ email: Email })
/** The same for everyone. `operator`: the server sends no mail; its operator can make a link. */
export const LetterSent = z.object({ next: z.enum(['inbox', 'operator']) })
export type LetterSent = z.infer<typeof LetterSent>
export const PasswordReset = z.strictObject({ token: Token, newPassword: Password })
export type PasswordReset = z.infer<typeof PasswordReset>
export const TokenBody = z.strictObject({ token: Token })
export const PasswordChange = z.strictObject({ currentPassword: Password, newPassword: Password })
export type PasswordChange = z.infer<typeof PasswordChange>

/** The password, where the person has one. */
export const OwnPassword = z.strictObject({ password: Password.optional() })
export type OwnPassword = z.infer<typeof OwnPassword>
export const Code = z.strictObject({ code: z.string().trim().min(6).max(20) })
export type Code = z.infer<typeof Code>
export const SecondFactor = z.object({
  totpURI: z.string().describe('For an app, as `otpauth://totp/…`. In force once a code was verified.'),
  backupCodes: z.array(z.string()).describe('Each works once instead of a code; shown this once.'),
})
export const RecoveryCodes = z.object({ backupCodes: z.array(z.string()) })

/** Options and answers of WebAuthn, as browsers have them (`PublicKeyCredential.parseCreationOptionsFromJSON`). */
const Ceremony = z.record(z.string(), z.unknown())
export const PasskeyOptions = Ceremony
const CeremonyAnswer = z.looseObject({ id: z.string().min(1).max(TOKEN_CHARACTERS_MAX), response: Ceremony })
const PasskeyName = z.string().trim().min(1).max(100)
export const NewPasskey = z.strictObject({ response: CeremonyAnswer, name: PasskeyName.optional() })
export type NewPasskey = z.infer<typeof NewPasskey>
export const PasskeyProof = z.strictObject({ response: CeremonyAnswer })
export type PasskeyProof = z.infer<typeof PasskeyProof>
export const Passkey = z.object({
  id: z.string(),
  name: z.string().nullable(),
  created_at: z.iso.datetime().nullable(),
  backed_up: z.boolean().describe('Known on more than one device.'),
})
export type Passkey = z.infer<typeof Passkey>
export const PasskeyList = z.object({ passkeys: z.array(Passkey) })
