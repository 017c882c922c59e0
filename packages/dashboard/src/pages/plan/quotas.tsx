import type { AnswerOf } from '../../api/routes.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { QuotaBar } from '../../ui/quota-bar.tsx'
import { useNowMs } from '../../ui/time.tsx'
import { fullAtMs, nextMonthMs } from './projection.ts'

/** What the plan allows and how much of it is taken. */
export function Quotas({ account: { plan, used } }: { account: AnswerOf<'getAccount'> }) {
  const t = useTexts()
  const language = useLanguage()
  const nowMs = useNowMs()
  const dayOf = (ms: number): string =>
    new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(ms)
  const fullMs = fullAtMs(used.characters_this_month, plan.characters_per_month, nowMs)
  return (
    <div className="flex flex-wrap gap-x-12 gap-y-6">
      <QuotaBar
        label={t('quota.characters')}
        used={used.characters_this_month}
        limit={plan.characters_per_month}
        whenFull={t('quota.full')}
      >
        {fullMs !== null && <span>{t('quota.pace', { date: dayOf(fullMs) })}</span>}
        <span>{t('quota.resets', { date: dayOf(nextMonthMs(nowMs)) })}</span>
      </QuotaBar>
      <QuotaBar label={t('quota.streams')} used={used.streams_now} limit={plan.concurrent_streams} />
    </div>
  )
}

/** The place that they will take. */
export const QuotasSkeleton = () => <div aria-hidden className="h-36 narrow:h-15" />
