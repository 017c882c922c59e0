import { useTexts } from '../../i18n/i18n.ts'

/** What happens to keys, as the audit log names it. */
const KNOWN = [
  'key.created',
  'key.imported',
  'key.changed',
  'key.rotated',
  'key.revoked',
  'token.revoked',
  'stream.ended',
  'access.refused',
] as const

/** What has happened, as one says it; what has no words yet, as the log names it. */
export function useActionText(): (action: string) => string {
  const t = useTexts()
  return (action) => {
    const known = KNOWN.find((each) => each === action)
    return known === undefined ? action : t(`action.${known}`)
  }
}
