import { useTexts } from '../../i18n/i18n.ts'
import { PasswordField, TextField } from '../../ui/field.tsx'

export type NewAccount = { name: string; accountName: string; email: string; password: string }

/** Until the server has said it. */
export const CHARACTERS_MIN = 15

export const NO_ACCOUNT: NewAccount = { name: '', accountName: '', email: '', password: '' }

type Props = {
  value: NewAccount
  onChange: (value: NewAccount) => void
  charactersMin: number
  passwordError: string | null
}

/** Who it is, and how they will sign in. */
export function NewAccountFields({ value, onChange, charactersMin, passwordError }: Props) {
  const t = useTexts()
  const set = (part: keyof NewAccount) => (event: { target: { value: string } }) =>
    onChange({ ...value, [part]: event.target.value })
  return (
    <>
      <TextField
        label={t('people.name')}
        autoComplete="name"
        required
        maxLength={100}
        value={value.name}
        onChange={set('name')}
      />
      <TextField
        label={t('people.account')}
        help={t('people.account.help')}
        autoComplete="organization"
        maxLength={100}
        value={value.accountName}
        onChange={set('accountName')}
      />
      <TextField
        label={t('people.email')}
        type="email"
        autoComplete="username"
        required
        value={value.email}
        onChange={set('email')}
      />
      <PasswordField
        label={t('people.password')}
        help={t('signup.password.help', { min: charactersMin })}
        error={passwordError}
        autoComplete="new-password"
        required
        value={value.password}
        onChange={set('password')}
      />
    </>
  )
}
