import { z } from 'zod'
import { Role } from './roles.ts'

/** Characters of a person's or an account's name. */
const NAME_CHARACTERS_MAX = 100
/** NIST SP 800-63B-4, section 3.1.1.2: where a password is the only factor. */
export const PASSWORD_CHARACTERS_MIN = 15
/** Far above the 64 that must be taken; bounds the work of hashing. */
export const PASSWORD_CHARACTERS_MAX = 256
/** How long a sign-in counts as recent, where that is needed. */
export const RECENT_SIGN_IN_SECONDS = 600

export const PersonName = z
  .string()
  .trim()
  .min(1)
  .max(NAME_CHARACTERS_MAX)
  .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters')
export const Email = z.string().trim().toLowerCase().pipe(z.email().max(254))

/** A password that is presented: anything that could be one. */
const Password = z.string().min(1).max(1_000)
/** A password that is chosen: how good it is, the server says. */
const NewPassword = Password.describe(
  `${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters, none of those that everybody tries first.`,
)

export const SignInProvider = z.object({ id: z.string(), name: z.string() })
export type SignInProvider = z.infer<typeof SignInProvider>

/** What a provider sends a browser back with (RFC 6749, 4.1.2; RFC 9207); anything else of it is ignored. */
export const ProviderAnswer = z.object({
  code: z.string().max(4_000).optional(),
  state: z.string().max(1_000).optional(),
  iss: z.string().max(1_000).optional(),
  error: z.string().max(1_000).optional(),
})
export type ProviderAnswer = z.infer<typeof ProviderAnswer>

/** What a page needs to know before anyone has signed in. */
export const Setup = z.object({
  needed: z.boolean().describe('The server has no account yet: the first one made operates it.'),
  code_required: z.boolean().describe('Making it from here takes the code that the server printed.'),
  sign_up: z.enum(['open', 'invite', 'closed']),
  mail: z.boolean().describe('Whether the server can send mail.'),
  providers: z
    .array(SignInProvider)
    .describe('Sign-in elsewhere (OpenID Connect): a link to `/v1/sign-in/{id}`.'),
  password: z.object({ characters_min: z.int(), characters_max: z.int() }),
})
export type Setup = z.infer<typeof Setup>

/** Body of `POST /api/auth/sign-up/email`. */
export const SignUp = z.strictObject({
  name: PersonName.describe("The person's name."),
  account_name: PersonName.optional().describe("Default: the person's name."),
  email: Email,
  password: NewPassword,
  invitation: z
    .string()
    .max(100)
    .optional()
    .describe('The secret of an invitation: joins its account instead.'),
})
export type SignUp = z.infer<typeof SignUp>

/** Body of `POST /v1/setup`. */
export const FirstSignUp = SignUp.omit({ invitation: true }).extend({
  code: z.string().max(100).optional().describe('What the server printed when it started.'),
})
export type FirstSignUp = z.infer<typeof FirstSignUp>

/** The same for everyone: it never says whether the address had an account already. */
export const SignedUp = z.object({ next: z.enum(['sign_in', 'inbox']) })
export type SignedUp = z.infer<typeof SignedUp>

/** Body of `POST /api/auth/sign-in/email`. */
export const SignIn = z.strictObject({
  email: Email,
  password: Password,
  rememberMe: z.boolean().default(true).describe('False: until the browser is closed, a day at most.'),
})
export type SignIn = z.infer<typeof SignIn>

export const SignedIn = z.object({
  signed_in: z.boolean(),
  second_factor: z.array(z.string()).optional().describe('What is asked for next, where it is not over yet.'),
})
export type SignedIn = z.infer<typeof SignedIn>

export const PasswordBody = z.strictObject({ password: Password })
export const Done = z.object({ done: z.literal(true) })

const AccountOfPerson = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  plan: z.string(),
  operator: z.boolean().describe('It operates this server.'),
  suspended: z.boolean(),
})

/** Who is signed in, and what for. */
export const SessionView = z.object({
  id: z.string(),
  user: z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    email_verified: z.boolean(),
    second_factor: z.boolean(),
    has_password: z.boolean(),
  }),
  account: AccountOfPerson.nullable().describe('The one that this session acts for.'),
  permissions: z.array(z.string()).describe('What the role may do there.'),
  accounts: z.array(AccountOfPerson),
  expires_at: z.iso.datetime(),
  recent_until: z.iso.datetime().describe('Until when the sign-in counts as recent.'),
  address: z.string().nullable().optional().describe('From where it was asked, as this server sees it.'),
})
export type SessionView = z.infer<typeof SessionView>

export const SessionChange = z.strictObject({ account_id: z.string().min(1).max(100) })
export type SessionChange = z.infer<typeof SessionChange>

/** Body of `PATCH /v1/person`. */
export const PersonChange = z.strictObject({ name: PersonName })
export type PersonChange = z.infer<typeof PersonChange>
