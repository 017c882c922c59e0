import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { call } from '../../api/call.ts'
import { type Session, sessionQuery, setupQuery } from '../../api/session.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { PasskeyButton } from './passkey-button.tsx'

type Again = {
  /** Whether a session is what this is for: there, and fresh enough. */
  isEnough: (session: Session) => boolean
  onDone: (session: Session) => void
}

/**
 * Ways to sign in again that need no password and leave this page as it is: a passkey, or a provider in another tab, which
 * shares our session.
 */
export function AgainElsewhere({ isEnough, onDone }: Again) {
  const t = useTexts()
  const { data: setup } = useQuery(setupQuery)
  const queries = useQueryClient()
  const look = useMutation({
    mutationFn: async (): Promise<boolean> => {
      const session = await queries.fetchQuery({
        ...sessionQuery,
        queryKey: ['session', 'again'],
        staleTime: 0,
      })
      if (session === null || !isEnough(session)) return false
      onDone(session)
      return true
    },
  })
  const providers = setup?.providers ?? []
  return (
    <div className="flex flex-col gap-3">
      <PasskeyButton onDone={async () => onDone(await call('getSession'))} />
      {providers.map(({ id, name }) => (
        <Button key={id} asChild>
          <a href={`/v1/sign-in/${id}`} target="_blank" rel="noopener">
            <ExternalLink size={16} strokeWidth={1.75} aria-hidden />
            {t('reauth.elsewhere', { name })}
          </a>
        </Button>
      ))}
      {providers.length > 0 && (
        <Button busy={look.isPending} onClick={() => look.mutate()}>
          {t('reauth.back')}
        </Button>
      )}
      <p role="status" className="text-small text-muted empty:hidden">
        {look.data === false ? t('reauth.not.yet') : null}
      </p>
      <FailureNote error={look.error} />
    </div>
  )
}
