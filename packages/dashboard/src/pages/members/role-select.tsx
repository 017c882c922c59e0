import { useTexts } from '../../i18n/i18n.ts'
import { ROLES_BY_POWER, type RoleName } from './roles.ts'

type Props = {
  label: string
  value: RoleName
  /** Only owners make owners. */
  mayMakeOwners: boolean
  onChange: (role: RoleName) => void
}

/** A role, chosen in place. */
export function RoleSelect({ label, value, mayMakeOwners, onChange }: Props) {
  const t = useTexts()
  return (
    <select
      aria-label={label}
      className="control max-w-full"
      value={value}
      onChange={({ target }) => onChange(target.value as RoleName)}
    >
      {ROLES_BY_POWER.filter((role) => role !== 'owner' || mayMakeOwners).map((role) => (
        <option key={role} value={role}>
          {t(`role.${role}`)}
        </option>
      ))}
    </select>
  )
}
