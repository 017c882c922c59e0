import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { type ServerState, serverStateQuery } from '../../api/operator.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { classes } from '../../ui/classes.ts'
import { Problem, Skeleton } from '../../ui/problem.tsx'

/** Older than this, numbers are grey and say their age. */
const STALE_S = 10
const TICK_MS = 1_000

type Props = { title: string; lead: string; children: (state: ServerState) => ReactNode }

/** A page of numbers of the running server, as the node that answers knows them; old ones are grey and say so. */
export function ServerPage({ title, lead, children }: Props) {
  const t = useTexts()
  const { data, error, refetch, dataUpdatedAt } = useQuery(serverStateQuery)
  const ageS = useAgeS(dataUpdatedAt)
  const isStale = data !== undefined && ageS > STALE_S
  return (
    <Page title={title} lead={lead}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={6} />}
      {isStale && <p className="text-warn-text">{t('operator.stale', { seconds: ageS })}</p>}
      {data !== undefined && (
        <div className={classes('flex flex-col gap-6', isStale && 'text-muted grayscale')}>
          {children(data)}
        </div>
      )}
    </Page>
  )
}

/** Seconds since a moment in ms since 1970; it grows by itself. */
function useAgeS(atMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.round((nowMs - atMs) / 1000))
}
