import { wrongPartOf } from '../../api/api-error.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { TextField } from '../../ui/field.tsx'

type Props = {
  value: string
  onChange: (name: string) => void
  /** Whether the form was sent, so that also what is missing is found fault with. */
  wasSent: boolean
  /** What the server has said of the form. */
  error: unknown
}

/** What a person is called. */
export function NameField({ value, onChange, wasSent, error }: Props) {
  const t = useTexts()
  const isWrong = (wasSent && value.trim() === '') || wrongPartOf(error) === 'name'
  return (
    <TextField
      label={t('people.name')}
      autoComplete="name"
      required
      maxLength={100}
      error={isWrong ? t('people.name.missing') : null}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
