import { wrongPartOf } from '../../api/api-error.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { EmailField, isEmail } from './email-field.tsx'
import { NameField } from './name-field.tsx'
import { isPasswordProblem, passwordProblem } from './password-problem.ts'

export type NewAccount = { name: string; accountName: string; email: string; password: string }

/** Until the server has said it. */
export const CHARACTERS_MIN = 15

export const NO_ACCOUNT: NewAccount = { name: '', accountName: '', email: '', password: '' }

/** Whether it can be sent; what else is wrong with it the server says. */
export const isWhole = ({ name, email, password }: NewAccount): boolean =>
  name.trim() !== '' && isEmail(email) && password !== ''

type Props = {
  value: NewAccount
  onChange: (value: NewAccount) => void
  charactersMin: number
  wasSent: boolean
  /** What the server has said of it. */
  error: unknown
}

/** Who it is, and how they will sign in. */
export function NewAccountFields({ value, onChange, charactersMin, wasSent, error }: Props) {
  const t = useTexts()
  const set = (part: Partial<NewAccount>): void => onChange({ ...value, ...part })
  const { password } = value
  const passwordError =
    wasSent && password === ''
      ? t('signup.password.short')
      : passwordProblem(error, { password, charactersMin, t })
  return (
    <>
      <NameField value={value.name} onChange={(name) => set({ name })} wasSent={wasSent} error={error} />
      <TextField
        label={t('people.account')}
        help={t('people.account.help')}
        autoComplete="organization"
        maxLength={100}
        value={value.accountName}
        onChange={({ target }) => set({ accountName: target.value })}
      />
      <EmailField value={value.email} onChange={(email) => set({ email })} wasSent={wasSent} error={error} />
      <PasswordField
        label={t('people.password')}
        help={t('signup.password.help', { min: charactersMin })}
        error={passwordError}
        autoComplete="new-password"
        required
        value={password}
        onChange={({ target }) => set({ password: target.value })}
      />
    </>
  )
}

/** Whether a failure is said at one of these fields. */
export const isSaidThere = (error: unknown): boolean =>
  isPasswordProblem(error) || ['name', 'email'].includes(wrongPartOf(error) ?? '')
