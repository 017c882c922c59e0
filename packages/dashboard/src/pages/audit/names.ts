import { useQuery } from '@tanstack/react-query'
import { keysQuery } from '../../api/keys.ts'
import { membersQuery } from '../../api/members.ts'
import { type MessageId, useTexts } from '../../i18n/i18n.ts'

const OTHERS: Readonly<Record<string, MessageId>> = {
  operator: 'audit.actor.operator',
  server: 'audit.actor.server',
  anyone: 'audit.actor.anyone',
}

export type Names = {
  /** Who it was, as `key:…`, `member:…`, `operator` and the like say. */
  ofActor: (actor: string) => string
  /** What it was done to, by its id. */
  ofTarget: (target: string) => string
}

/** Names of people and keys for the ids of the log; the id itself for what is not known any more. */
export function useNames(): Names {
  const t = useTexts()
  const { data: members = [] } = useQuery(membersQuery)
  const { data: keys } = useQuery({ ...keysQuery({ limit: 500 }), refetchInterval: false })
  const ofId = (id: string): string => {
    const member = members.find(({ user_id }) => user_id === id)
    if (member !== undefined) return member.name
    const key = keys?.keys.find((each) => each.id === id)
    return key === undefined ? id : `${key.name} (${key.hint})`
  }
  return {
    ofActor: (actor) => {
      const other = OTHERS[actor]
      return other === undefined ? ofId(actor.replace(/^(?:key|member):/, '')) : t(other)
    },
    ofTarget: ofId,
  }
}
