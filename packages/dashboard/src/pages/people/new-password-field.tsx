import { useQuery } from '@tanstack/react-query'
import { setupQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { PasswordField } from '../../ui/field.tsx'
import { CHARACTERS_MIN } from './new-account-fields.tsx'
import { passwordProblem } from './password-problem.ts'

type Props = {
  label: string
  value: string
  onChange: (password: string) => void
  /** What the server has said of it. */
  error: unknown
  /** Whether the form was sent, so that also none is found fault with. */
  wasSent?: boolean
}

/** A password that is chosen anew. */
export function NewPasswordField({ label, value, onChange, error, wasSent = false }: Props) {
  const t = useTexts()
  const { data: setup } = useQuery(setupQuery)
  const charactersMin = setup?.password.characters_min ?? CHARACTERS_MIN
  return (
    <PasswordField
      label={label}
      help={t('signup.password.help', { min: charactersMin })}
      error={
        wasSent && value === ''
          ? t('signup.password.short')
          : passwordProblem(error, { password: value, charactersMin, t })
      }
      autoComplete="new-password"
      required
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
