import { useQuery } from '@tanstack/react-query'
import { voicesQuery } from '../../api/voices.ts'
import { SelectField } from '../../ui/field.tsx'
import { useLanguageName } from '../../ui/language-name.ts'

type Props = { label: string; none: string; value: string; onChange: (code: string) => void }

/** One of the languages that can be spoken here, or none. */
export function LanguageField({ label, none, value, onChange }: Props) {
  const languageName = useLanguageName()
  const { data: voices = [] } = useQuery(voicesQuery)
  const codes = [...new Set([...voices.flatMap(({ supported_languages }) => supported_languages)])]
  const languages = codes
    .map((code) => ({ code, name: languageName(code) }))
    .sort((one, other) => one.name.localeCompare(other.name))
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
