import { wrongPartOf } from '../../api/api-error.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { TextField } from '../../ui/field.tsx'

/** What looks like an address; the server says it for good. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim())

type Props = {
  value: string
  onChange: (email: string) => void
  /** Whether the form was sent, so that also what is missing is found fault with. */
  wasSent: boolean
  /** What the server has said of the form. */
  error: unknown
  autoComplete?: string
}

/** A person's address. */
export function EmailField({ value, onChange, wasSent, error, autoComplete = 'username' }: Props) {
  const t = useTexts()
  const isWrong = (wasSent && !isEmail(value)) || wrongPartOf(error) === 'email'
  return (
    <TextField
      label={t('people.email')}
      type="email"
      autoComplete={autoComplete}
      required
      error={isWrong ? t('people.email.wrong') : null}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
