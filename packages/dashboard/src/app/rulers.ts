import { useQuery } from '@tanstack/react-query'
import { membersQuery } from '../api/members.ts'
import { useMay } from '../api/session.ts'
import { useLanguage } from '../i18n/i18n.ts'

/** Names of those who may help, as far as the person may know them. */
export function useRulers(): string | null {
  const mayRead = useMay('members:read')
  const language = useLanguage()
  const { data } = useQuery({ ...membersQuery, enabled: mayRead })
  const names = data?.filter(({ role }) => role === 'owner' || role === 'admin').map(({ name }) => name) ?? []
  return names.length === 0 ? null : new Intl.ListFormat(language, { type: 'disjunction' }).format(names)
}
