import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { type Key, rotationQuery, useChangeRotation } from '../../api/keys.ts'
import type { AnswerOf } from '../../api/routes.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Section } from '../../ui/section.tsx'
import { Time, useNowMs } from '../../ui/time.tsx'
import { ProvedQuestion } from '../keys/key-dialogs.ts'
import { SettlingWaiting } from '../keys/settling-waiting.tsx'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true, className: 'shrink-0' } as const
const EXTENDED_S = 86_400
/** Whoever asked within this is still there. */
const QUIET_MS = 10 * 60_000
/** By so much uses are shown late: of whoever has asked since then nothing is known. */
const LATE_MS = 60_000

/** While two secrets of a key work: who has not moved on, and whether the old one can end; afterwards the receipt of its end. */
export function OverlapPanel({ subject: { id, rotation }, mayWrite }: { subject: Key; mayWrite: boolean }) {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  const { data } = useQuery({ ...rotationQuery(id), enabled: rotation !== null })
  const end = useChangeRotation(id)
  const extend = useChangeRotation(id)
  // What was true when the question was asked: it may end under it.
  const [asked, setAsked] = useState<string | null>(null)
  const clients = data?.clients ?? []
  const busy = clients.filter(
    ({ last_used_at, streams_now }) => streams_now > 0 || nowMs - Date.parse(last_used_at) < QUIET_MS,
  ).length
  const latest = clients[0]?.last_used_at ?? rotation?.rotated_at
  const quietMs = nowMs - Date.parse(latest ?? '')
  const isSafe = busy === 0 && quietMs >= LATE_MS
  const verdict =
    busy > 0
      ? t('rotate.busy', { count: busy })
      : quietMs < LATE_MS
        ? t('rotate.unknown')
        : t('rotate.safe', { span: spanText(quietMs, language) })
  const until = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <>
      {rotation !== null && (
        <Section
          title={t('rotate.users', { count: clients.length })}
          lead={t('rotate.until', {
            hint: rotation.old_hint,
            time: until.format(Date.parse(rotation.old_ends_at)),
            left: spanText(Date.parse(rotation.old_ends_at) - nowMs, language),
          })}
          action={
            mayWrite && (
              <div className="flex flex-wrap gap-2">
                {extend.isPending && <SettlingWaiting standing={extend.standing} />}
                <Button busy={extend.isPending} onClick={() => extend.mutate(EXTENDED_S)}>
                  {t('rotate.extend')}
                </Button>
                {/* A red one beside that of the whole key: only what nobody needs any more is worth pressing. */}
                <Button look={isSafe ? 'primary' : 'secondary'} onClick={() => setAsked(verdict)}>
                  {t('rotate.end')}
                </Button>
              </div>
            )
          }
        >
          <FailureNote error={extend.error} />
          <p
            role="status"
            className={classes('flex items-center gap-2', isSafe ? 'text-ok-text' : 'text-warn-text')}
          >
            {isSafe ? <CircleCheck {...ICON} /> : <TriangleAlert {...ICON} />}
            {verdict}
          </p>
          {clients.length > 0 && <Clients of={clients} />}
        </Section>
      )}
      {asked !== null && (
        <ProvedQuestion
          title={t('rotate.end.title')}
          description={asked}
          verb={t('rotate.end')}
          change={end}
          proof={{ receipts: end.data && [end.data.receipt], title: t('rotate.ended') }}
          onConfirm={() => end.mutate(0)}
          onClose={() => {
            setAsked(null)
            end.reset()
          }}
        />
      )}
    </>
  )
}

function Clients({ of }: { of: AnswerOf<'getRotation'>['clients'] }) {
  const t = useTexts()
  return (
    <DataTable
      caption={t('rotate.users', { count: of.length })}
      rows={of}
      rowKey={({ address }) => address ?? ''}
      columns={[
        {
          id: 'from',
          label: t('key.from'),
          width: 'w-[40%]',
          cell: ({ address, agent }) => (
            <span className="flex min-w-0 flex-col text-small">
              <span>{address ?? '?'}</span>
              <span className="truncate text-muted">{agent}</span>
            </span>
          ),
        },
        { id: 'last', label: t('rotate.last'), cell: ({ last_used_at }) => <Time at={last_used_at} /> },
        { id: 'requests', label: t('key.requests'), isNumber: true, cell: ({ requests }) => requests },
        { id: 'streams', label: t('rotate.streams'), isNumber: true, cell: ({ streams_now }) => streams_now },
      ]}
    />
  )
}

/** How long, in its largest unit: "22 hours". */
function spanText(ms: number, language: string): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const [unit, length] =
    minutes >= 2 * 1_440
      ? (['day', 1_440] as const)
      : minutes >= 120
        ? (['hour', 60] as const)
        : (['minute', 1] as const)
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.round(minutes / length),
  )
}
