import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { sessionsQuery, useEndSession, useEndSessions } from '../../api/profile.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { deviceName } from './device-name.ts'

/** Where the person is signed in; sign out there, or everywhere. */
export function SessionsSection() {
  const t = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(sessionsQuery)
  const end = useEndSession()
  const endAll = useEndSessions()
  const [said, setSaid] = useState('')
  const everywhere = async (): Promise<void> => {
    await endAll.mutateAsync(true)
    queries.clear()
    await navigate({ to: '/sign-in' })
  }
  return (
    <Section title={t('sessions')} lead={t('sessions.lead')}>
      <FailureNote error={end.error ?? endAll.error} />
      <p role="status" className="text-ok-text empty:hidden">
        {said}
      </p>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={2} />}
      <ul className="flex flex-col">
        {data?.map(({ id, is_current, address, agent, created_at }) => (
          <li
            key={id}
            className="flex min-h-13 flex-wrap items-center justify-between gap-x-4 border-b border-line py-2 last:border-0"
          >
            <span className="flex min-w-0 flex-col" title={agent ?? undefined}>
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium">
                  {agent === null ? t('sessions.unknown') : deviceName(agent)}
                </span>
                {is_current && <Badge tone="ok">{t('sessions.this')}</Badge>}
              </span>
              <span className="text-small text-muted">
                {address ?? t('sessions.unknown')} · <Time at={created_at} />
              </span>
            </span>
            {!is_current && (
              <Button size="row" look="quiet" onClick={() => end.mutate(id)}>
                {t('menu.signout')}
                <span className="sr-only">{agent === null ? '' : deviceName(agent)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button
          busy={endAll.isPending}
          onClick={() =>
            endAll.mutate(false, {
              onSuccess: ({ ended }) => setSaid(t('sessions.ended', { count: ended })),
            })
          }
        >
          {t('sessions.others')}
        </Button>
        <Button busy={endAll.isPending} onClick={() => void everywhere().catch(() => undefined)}>
          {t('sessions.everywhere')}
        </Button>
      </div>
    </Section>
  )
}
