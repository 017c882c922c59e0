import { useQuery } from '@tanstack/react-query'
import { membersQuery } from '../../api/members.ts'
import { useTexts } from '../../i18n/i18n.ts'

/** Who made or did something, as one says it; the wire has ids. */
export function useActorName(): (actor: string) => string {
  const t = useTexts()
  const { data: members = [] } = useQuery(membersQuery)
  return (actor) => {
    if (actor === 'operator' || actor === 'server' || actor === 'anyone') return t(`actor.${actor}`)
    if (actor.startsWith('key:')) return t('actor.key')
    const member = members.find(({ user_id }) => actor === `member:${user_id}`)
    return member?.name ?? t('actor.former')
  }
}
