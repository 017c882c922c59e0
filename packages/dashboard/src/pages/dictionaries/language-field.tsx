import { useQuery } from '@tanstack/react-query'
import { voicesQuery } from '../../api/voices.ts'
import { SelectField } from '../../ui/field.tsx'
import { useLanguagesOf } from '../../ui/language-name.ts'

type Props = { label: string; none: string; value: string; onChange: (code: string) => void }

/** One of the languages that can be spoken here, or none. */
export function LanguageField({ label, none, value, onChange }: Props) {
  const { data: voices } = useQuery(voicesQuery)
  const languages = useLanguagesOf(voices)
  return (
    <SelectField label={label} value={value} onChange={({ target }) => onChange(target.value)}>
      <option value="">{none}</option>
      {languages.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </SelectField>
  )
}
