import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Key, streamsQuery, useEndStreams } from '../../api/keys.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { Time } from '../../ui/time.tsx'

/** What a key has open at this moment; one or all of it can be ended. */
export function KeyNow({ subject, mayWrite }: { subject: Key; mayWrite: boolean }) {
  const t = useTexts()
  const { data: streams, error, refetch } = useQuery(streamsQuery(subject.id))
  const end = useEndStreams(subject.id)
  const number = new Intl.NumberFormat(useLanguage())
  const [said, setSaid] = useState('')
  const send = (streamId: string | null): void => {
    const startMs = performance.now()
    end.mutate(streamId, {
      onSuccess: ({ ended }) =>
        setSaid(t('key.ended', { count: ended, ms: Math.round(performance.now() - startMs) })),
    })
  }
  if (error !== null && streams === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (streams === undefined) return <Skeleton rows={3} />
  return (
    <div className="flex flex-col gap-4">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-2">
        <p>
          {streams.length > 0 && `${t('keys.now.streams', { count: streams.length })} · `}
          {(streams.length > 0 || subject.now.requests_per_minute > 0) &&
            t('keys.now.requests', { count: subject.now.requests_per_minute })}
        </p>
        <p role="status" className="text-small text-ok-text">
          {said}
        </p>
        {mayWrite && streams.length > 1 && (
          <Button busy={end.isPending} onClick={() => send(null)}>
            {t('key.endall')}
          </Button>
        )}
      </div>
      <FailureNote error={end.error} />
      {streams.length === 0 ? (
        <Empty title={t('key.nostreams')}>
          {t(subject.state === 'revoked' ? 'key.over' : 'key.nostreams.text')}
        </Empty>
      ) : (
        <DataTable
          caption={t('key.tab.now')}
          rows={streams}
          rowKey={({ id }) => id}
          columns={[
            { id: 'started', label: t('key.started'), cell: ({ started_at }) => <Time at={started_at} /> },
            {
              id: 'from',
              label: t('key.from'),
              width: 'w-[28%]',
              cell: ({ address, agent, by }) => (
                <span className="flex min-w-0 flex-col text-small">
                  <span>
                    {address ?? '?'}
                    {by !== 'current' && ` · ${t(`key.by.${by}`)}`}
                  </span>
                  <span className="truncate text-muted" title={agent ?? undefined}>
                    {agent}
                  </span>
                </span>
              ),
            },
            { id: 'voice', label: t('key.voice'), cell: ({ spoken }) => spoken?.voice ?? '—' },
            {
              id: 'characters',
              label: t('key.characters'),
              isNumber: true,
              cell: ({ spoken }) => number.format(spoken?.characters ?? 0),
            },
            {
              id: 'end',
              label: t('keys.col.actions'),
              isQuiet: true,
              width: 'w-40',
              cell: ({ id, address }) =>
                mayWrite && (
                  <Button size="row" onClick={() => send(id)}>
                    {t('key.end')} <span className="sr-only">{address}</span>
                  </Button>
                ),
            },
          ]}
        />
      )}
    </div>
  )
}
