import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { accountQuery } from '../../api/account.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { Problem } from '../../ui/problem.tsx'
import { twoDaysQuery } from './queries.ts'

/** Characters, first sound and failures of today, and what is spoken at this moment. */
export function TodayNumbers() {
  const t = useTexts()
  const language = useLanguage()
  const account = useQuery({ ...accountQuery, refetchInterval: 5_000 })
  const days = useQuery(twoDaysQuery)
  const number = new Intl.NumberFormat(language)
  const { today, yesterday } = days.data ?? {}
  const error = days.error ?? account.error
  if (error !== null && days.data === undefined)
    return <Problem error={error} onRetry={() => void days.refetch()} />
  // What is known to a tenth has two digits.
  const about = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 })
  const within = (ms: number | null | undefined): string => (ms == null ? '–' : `${about.format(ms)} ms`)
  const before = (count: number | undefined): string =>
    t('overview.yesterday', { count: number.format(count ?? 0) })
  return (
    <dl className="grid grid-cols-2 gap-3 wide:grid-cols-4">
      <Figure label={t('overview.characters')} note={before(yesterday?.characters)}>
        {days.data && number.format(today?.characters ?? 0)}
      </Figure>
      <Figure label={t('overview.streams')} note={t('overview.now')}>
        {account.data && number.format(account.data.used.streams_now)}
      </Figure>
      <Figure
        label={t('overview.first_sound')}
        note={t('overview.yesterday', { count: within(yesterday?.first_audio_p50_ms) })}
      >
        {days.data && within(today?.first_audio_p50_ms)}
      </Figure>
      <Figure label={t('overview.failed')} note={before(yesterday?.errors)}>
        {days.data && number.format(today?.errors ?? 0)}
      </Figure>
    </dl>
  )
}

function Figure({ label, note, children }: { label: string; note: string; children: ReactNode }) {
  return (
    <div className="flex min-h-26 flex-col gap-1 rounded-card border border-line bg-surface p-4">
      <dt className="text-small text-muted">{label}</dt>
      <dd className="flex flex-1 flex-col justify-between gap-1">
        <span className="text-title font-semibold">{children}</span>
        <span className="text-small text-muted">{children !== undefined && note}</span>
      </dd>
    </div>
  )
}
