import type { AnswerOf } from '../../api/routes.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Fold } from '../../ui/fold.tsx'
import { Empty } from '../../ui/problem.tsx'
import { UsageCharts } from '../usage/usage-charts.tsx'

const DAY_MS = 86_400_000

/** Days that are shown. */
export const DAYS_SHOWN = 30

/** The first of the days that are shown, in UTC. */
export const firstDayShown = (): string =>
  new Date(Date.now() - (DAYS_SHOWN - 1) * DAY_MS).toISOString().slice(0, 10)

/** What was spoken in the last thirty days: drawn, and as a table where that is opened. */
export function UsageByDay({ report: data }: { report: AnswerOf<'getUsage'> }) {
  const t = useTexts()
  const language = useLanguage()
  if (data.totals.requests === 0) return <Empty title={t('key.nousage')} />
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const { totals, series } = data
  return (
    <div className="flex flex-col gap-4">
      <UsageCharts report={data} together={undefined} before={undefined} by="none" />
      <Fold
        title={t('key.usage.table')}
        summary={t('key.usage.sum', {
          days: DAYS_SHOWN,
          characters: number.format(totals.characters),
          requests: number.format(totals.requests),
          minutes: number.format(totals.audio_seconds / 60),
        })}
      >
        <DataTable
          caption={t('key.tab.usage')}
          rows={[...series].reverse()}
          rowKey={({ day }) => day ?? ''}
          columns={[
            {
              id: 'day',
              label: t('key.day'),
              width: 'w-36',
              cell: ({ day }) => date.format(Date.parse(day ?? '')),
            },
            {
              id: 'characters',
              label: t('key.characters'),
              isNumber: true,
              cell: ({ characters }) => number.format(characters),
            },
            {
              id: 'requests',
              label: t('key.requests'),
              width: 'w-28',
              isNumber: true,
              cell: ({ requests }) => number.format(requests),
            },
            {
              id: 'errors',
              label: t('key.errors'),
              width: 'w-28',
              isNumber: true,
              cell: ({ errors }) => number.format(errors),
            },
          ]}
        />
      </Fold>
    </div>
  )
}
