import { useQuery } from '@tanstack/react-query'
import { type CanaryRound, canariesQuery } from '../../api/operator.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Badge, Dot } from '../../ui/badge.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { Time, useAgoText } from '../../ui/time.tsx'

/** Whether a revoked key is dead everywhere, as the nodes find out by keys of their own; and how long it took. */
export function Canaries({ isAlone }: { isAlone: boolean }) {
  const t = useTexts()
  const ago = useAgoText()
  const format = useMs()
  const { data, error, refetch } = useQuery(canariesQuery)
  const rounds = data?.rounds ?? []
  const violations = rounds.reduce((sum, round) => sum + round.violations, 0)
  const proven = rounds.filter(isProven).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]
  return (
    <Section
      title={t('canary.title')}
      lead={t('canary.lead')}
      action={
        rounds.length > 0 && (
          <Badge tone={violations === 0 ? 'ok' : 'danger'}>
            <Dot shape={violations === 0 ? 'filled' : 'ring'} />
            {t('canary.violations', { count: violations })}
          </Badge>
        )
      }
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={2} />}
      {data !== undefined && rounds.length === 0 && (
        <p className="text-muted">
          {isAlone
            ? t('canary.alone')
            : data.every_s === 0
              ? t('canary.off')
              : t('canary.none', { seconds: data.every_s })}
        </p>
      )}
      {proven !== undefined && (
        <p>{t('canary.proven', { ago: ago(proven.at), ms: format(proven.window_ms) })}</p>
      )}
      {rounds.length > 0 && (
        <DataTable
          caption={t('canary.title')}
          rows={rounds}
          rowKey={({ node }) => node}
          columns={[
            {
              id: 'node',
              label: t('receipt.node'),
              width: 'w-[30%]',
              cell: ({ node }) => <span className="break-all font-semibold">{node}</span>,
            },
            { id: 'when', label: t('canary.when'), cell: ({ at }) => <Time at={at} /> },
            { id: 'outcome', label: t('canary.outcome'), cell: (round) => <Outcome of={round} /> },
            { id: 'ms', label: 'ms', isNumber: true, cell: ({ window_ms }) => format(window_ms) },
            {
              id: 'p99',
              label: t('canary.p99'),
              isNumber: true,
              cell: ({ windows }) => format(windows?.p99_ms ?? null),
            },
          ]}
        />
      )}
    </Section>
  )
}

/** Whether every node accepted the key before and none after. */
const isProven = ({ failure, window_ms, probes }: CanaryRound): boolean =>
  failure === null && window_ms !== null && probes.every(({ after }) => after === 'refused')

function Outcome({ of: round }: { of: CanaryRound }) {
  const t = useTexts()
  const accepting = round.probes.filter(({ after }) => after === 'accepted').length
  if (accepting > 0)
    return (
      <Badge tone="danger">
        <Dot shape="ring" />
        {t('canary.accepted', { count: accepting })}
      </Badge>
    )
  if (isProven(round))
    return (
      <Badge tone="ok">
        <Dot shape="filled" />
        {t('canary.refused', { count: round.probes.length })}
      </Badge>
    )
  return (
    <span className="flex flex-col items-start gap-1">
      <Badge tone="warn">
        <Dot shape="half" />
        {t('canary.unproved')}
      </Badge>
      {round.failure !== null && <span className="break-words text-small text-muted">{round.failure}</span>}
    </span>
  )
}

function useMs(): (ms: number | null) => string {
  const format = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 })
  return (ms) => (ms === null ? '–' : format.format(ms))
}
